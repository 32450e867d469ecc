using P2PStream.Simulation;
using ScottPlot;
using SkiaSharp;

namespace P2PStream.Tool.Simulate;

/// <summary>A run over time as a picture: buffers, offload, and the rate against its bound, one above the
/// other with one time axis each.</summary>
internal static class SimulationPlot
{
    private const int Width = 900;
    private const int Height = 1100;
    private const int LeftOfAxis = 65;

    /// <summary>Draws it.</summary>
    /// <param name="report">The run.</param>
    /// <param name="path">Where to; its extension is one of .svg and .png.</param>
    public static void Save(SimulationReport report, string path)
    {
        var multiplot = new Multiplot();
        multiplot.AddPlots(3);
        Buffers(multiplot.GetPlot(0), report);
        Offload(multiplot.GetPlot(1), report);
        Rate(multiplot.GetPlot(2), report);
        foreach (var plot in multiplot.GetPlots())
        {
            plot.Axes.SetLimitsX(0, Math.Max(1, report.Seconds));
            plot.XLabel("seconds");
            // One second stands under the other, and no legend before a line.
            plot.Axes.Left.MinimumSize = LeftOfAxis;
            plot.Legend.Orientation = Orientation.Horizontal;
            plot.Legend.TightHorizontalWrapping = true;
            plot.ShowLegend(Edge.Top);
        }

        if (IsVector(path)) SaveVector(multiplot, path);
        else multiplot.SavePng(path, Width, Height);
    }

    /// <summary>True for a vector picture, false for a bitmap.</summary>
    /// <exception cref="ToolException">Neither.</exception>
    public static bool IsVector(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".SVG" => true,
        ".PNG" => false,
        _ => throw ToolException.BadInput($"--plot {path}: ends in .svg or .png"),
    };

    private static void SaveVector(Multiplot multiplot, string path)
    {
        using var file = File.Create(path);
        using var canvas = SKSvgCanvas.Create(new SKRect(0, 0, Width, Height), file);
        multiplot.Render(canvas, new PixelRect(0, Width, Height, 0));
    }

    private static void Buffers(Plot plot, SimulationReport report)
    {
        plot.Title($"{report.Scenario}, seed {report.Seed}, {report.Picker}");
        plot.YLabel("seconds of media");
        Line(plot, report, point => point.BufferSeconds, "buffer, on average");
        Line(plot, report, point => point.LowBufferSeconds, "what nine tenths of the viewers have at least");
        plot.Axes.AutoScaleY();
        plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
    }

    private static void Offload(Plot plot, SimulationReport report)
    {
        plot.YLabel("share, 0 to 1");
        // Where nothing came there is no share of it.
        Line(plot, report,
            point => point.BitsPerSecond > 0 ? point.Offload : double.NaN, "offload");
        Line(plot, report,
            point => point.Viewers > 0 ? (double)point.Stalled / point.Viewers : 0,
            "viewers that wait after a stall or a jump");
        plot.Axes.SetLimitsY(0, 1.05);
    }

    private static void Rate(Plot plot, SimulationReport report)
    {
        plot.YLabel("Mbit/s a viewer");
        Line(plot, report, point => point.BitsPerSecond / 1e6, "received");
        // While few are there the bound lies far above all that anybody wants.
        var most = report.Series.Select(point => point.BitsPerSecond / 1e6).DefaultIfEmpty(1).Max();
        var top = Math.Max(1, 1.5 * most);
        var bound = report.Series.Where(point => point.Viewers > 0)
            .Select(point => point.BoundBitsPerSecond / 1e6).DefaultIfEmpty(0).Min();
        Line(plot, report, point => point.BoundBitsPerSecond / 1e6,
            bound <= top ? "fluid bound" : $"fluid bound: above this picture, {bound:0} at least");
        plot.Axes.SetLimitsY(0, top);
    }

    private static void Line(
        Plot plot, SimulationReport report, Func<SeriesPoint, double> value, string legend)
    {
        var seen = report.Series.Where(point => point.Viewers > 0).ToArray();
        var line = plot.Add.ScatterLine(
            seen.Select(point => point.Seconds).ToArray(), seen.Select(value).ToArray());
        line.LegendText = legend;
        line.LineWidth = 2;
    }
}
