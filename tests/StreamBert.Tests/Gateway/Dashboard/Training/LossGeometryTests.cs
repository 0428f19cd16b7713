using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Training;

namespace StreamBert.Tests.Gateway.Dashboard.Training;

public sealed class LossGeometryTests
{
    /// <summary>By hand: the highest loss, 1, is below the upper edge by 8 %; step 50 of 100 is in the middle.</summary>
    [Fact]
    public void Losses_are_placed_by_step_and_height()
    {
        var geometry = new LossGeometry(Curve([new(0, 1), new(50, 0.54)], [new(100, 0)]));

        Assert.Equal("M0 7.407L500 50", geometry.TrainingPath);
        Assert.Equal("M1000 100", geometry.ValidationPath);
    }

    [Fact]
    public void A_run_without_points_has_empty_lines() =>
        Assert.Equal(("", ""), (new LossGeometry(Curve([], [])).TrainingPath, new LossGeometry(Curve([], [])).ValidationPath));

    private static RunCurve Curve(CurvePoint[] training, CurvePoint[] validation) => new()
    {
        Training = training,
        Validation = validation,
        Steps = 100,
        TokensPerSecond = 800,
        EnergyWattHours = 0.1,
        EnergySource = "processor time",
    };
}
