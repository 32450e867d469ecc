using System.Globalization;
using P2PStream.StartUp;

if (args is ["viewer", var hinted, var byDht, var origin, var rounds])
{
    await Viewer.RunAsync(
        hinted, byDht, new Uri(origin), int.Parse(rounds, CultureInfo.InvariantCulture));
    return 0;
}

var runs = 9;
var json = false;
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--json") json = true;
    else if (args[i] == "--runs" && i + 1 < args.Length
        && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out runs) && runs > 0) i++;
    else
    {
        await Console.Error.WriteLineAsync("usage: P2PStream.StartUp [--runs N] [--json]");
        return 2;
    }
}

if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
{
    await Console.Error.WriteLineAsync("needs root on Linux: it makes a network namespace");
    return 3;
}

using var path = ShapedPath.Open();
return await Measurement.RunAsync(runs, json);
