using System.CommandLine;
using P2PStream.Tool.Input;

namespace P2PStream.Tool.Commands;

/// <summary><c>keygen --out FILE</c>: a root key, which is the right to publish under its
/// name.</summary>
internal static class KeygenCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--out")
        {
            Description = "The file to write, readable by its owner only; it must not exist.",
            HelpName = "FILE",
            Required = true,
        };
        var command = new Command(
            "keygen", "Makes a key to publish with. Keep it: it is your streams' identity.")
        {
            output,
        };
        command.SetGuardedAction(
            (result, _) => Task.FromResult(Run(result.GetRequiredValue(output))));
        return command;
    }

    private static int Run(string path)
    {
        using var key = KeyFile.Generate();
        KeyFile.Write(path, key);
        Console.WriteLine(key.ToString());
        return ExitCode.Success;
    }
}
