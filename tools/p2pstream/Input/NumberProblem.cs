using System.CommandLine.Parsing;

namespace P2PStream.Tool.Input;

/// <summary>A word where an option takes a number, told with what the option takes instead of the
/// name of a .NET type.</summary>
internal static class NumberProblem
{
    /// <summary>Null for any other problem.</summary>
    public static string? Of(ParseError error) =>
        // Of one token where one belongs, all that can be wrong is that it is no number.
        error.SymbolResult is OptionResult { Tokens: [var token] } result
        && KindOf(result.Option.ValueType) is { } kind
            ? $"{result.Option.Name}: '{token.Value}' is no {kind}. {result.Option.Description}"
            : null;

    private static string? KindOf(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Int32 or TypeCode.Int64 => "whole number",
        TypeCode.UInt64 => "whole number from 0 on",
        TypeCode.Double => "number",
        _ => null,
    };
}
