using P2PStream.Fuzz;
using SharpFuzz;

// P2PStream.Fuzz TARGET        reads inputs as afl-fuzz gives them
// P2PStream.Fuzz TARGET FILE…  runs the target once for each file
var target = FuzzTargets.All.FirstOrDefault(candidate => args.Length > 0 && candidate.Name == args[0]);
if (target is null)
{
    Console.Error.WriteLine(
        $"usage: P2PStream.Fuzz TARGET [FILE...]; targets: {string.Join(' ', FuzzTargets.All.Select(t => t.Name))}");
    return 2;
}

if (args.Length == 1)
{
    Fuzzer.OutOfProcess.Run(stream =>
    {
        using var input = new MemoryStream();
        stream.CopyTo(input);
        target.Run(input.ToArray());
    });
    return 0;
}

foreach (var file in args[1..]) target.Run(File.ReadAllBytes(file));
return 0;
