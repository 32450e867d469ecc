using System.Diagnostics;
using System.Globalization;
using P2PStream.Simulation;

namespace P2PStream.Tool.Simulate;

/// <summary>Measures what a run costs: time, CPU time, and live memory, for which everything that is dead is
/// collected once in each virtual second; that takes no time that counts.</summary>
internal sealed class SimulationCost(IProgress<SimulationProgress>? next) : IProgress<SimulationProgress>
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly long _bytesBefore = GC.GetTotalMemory(forceFullCollection: true);
    private readonly TimeSpan _timeBefore = Environment.CpuUsage.TotalTime;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _lookTime;
    private TimeSpan _nextLook = LookEvery;
    private long _mostBytes;
    private int _nodes;

    public void Report(SimulationProgress value)
    {
        next?.Report(value);
        if (value.Now < _nextLook || value.Nodes == 0) return;
        _nextLook = value.Now + LookEvery;
        _watch.Stop();
        var before = Environment.CpuUsage.TotalTime;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - _bytesBefore;
        if (bytes > _mostBytes) (_mostBytes, _nodes) = (bytes, value.Nodes);
        _lookTime += Environment.CpuUsage.TotalTime - before;
        _watch.Start();
    }

    /// <summary>One line, for people.</summary>
    /// <param name="nodeSeconds">Seconds that nodes were there, all together.</param>
    public string Describe(double nodeSeconds)
    {
        var seconds = (Environment.CpuUsage.TotalTime - _timeBefore - _lookTime).TotalSeconds;
        var passed = _watch.Elapsed.TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture,
            $"cost: {passed:0.0} s, {nodeSeconds / passed:0} node-seconds a second; "
            + $"{seconds:0.0} s of CPU time, {nodeSeconds / seconds:0} node-seconds a second of it; "
            + $"{_mostBytes / 1024.0 / Math.Max(1, _nodes):0} KB of live memory a node at most");
    }
}
