using StreamBert.Cli.Output;
using StreamBert.Cli.Output.Html;

namespace StreamBert.Cli.ModelCards.Charts;

/// <summary>Draws the axes of a plot whose vertical axis has shares from 0 to 1, and maps values to its coordinates.</summary>
/// <param name="canvas">The picture.</param>
/// <param name="lowest">The lowest value of the horizontal axis.</param>
internal sealed class UnitPlot(SvgCanvas canvas, double lowest)
{
    public const int Width = 460, Height = 330;
    private const int Left = 46, Right = 14, Top = 12, Bottom = 46, Ticks = 5;

    public static SvgCanvas CreateCanvas() => new(Width, Height, isFixed: true);

    public double X(double value) => Left + (value - lowest) / (1 - lowest) * (Width - Left - Right);

    public static double Y(double share) => Height - Bottom - share * (Height - Top - Bottom);

    public void DrawAxes(string horizontal)
    {
        for (var tick = 0; tick <= Ticks; tick++)
        {
            var share = (double)tick / Ticks;
            var value = lowest + share * (1 - lowest);
            canvas.Line("grid", Left, Y(share), Width - Right, Y(share));
            canvas.Text(Left - 8, Y(share) + 4, Format.Number(100 * share, "0") + " %", "end");
            canvas.Text(X(value), Height - Bottom + 16, Format.Number(value, "0.0#"), "middle");
        }
        canvas.Text((Left + Width - Right) / 2.0, Height - 8, horizontal, "middle");
    }
}
