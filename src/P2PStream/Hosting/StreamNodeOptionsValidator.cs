using Microsoft.Extensions.Options;

namespace P2PStream;

/// <summary>Says at the host's start which option is wrong, and how.</summary>
internal sealed class StreamNodeOptionsValidator : IValidateOptions<StreamNodeOptions>
{
    public ValidateOptionsResult Validate(string? name, StreamNodeOptions options) =>
        options.Validate() is { } problem
            ? ValidateOptionsResult.Fail(problem)
            : ValidateOptionsResult.Success;
}
