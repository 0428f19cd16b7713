using StreamBert.Model.Manifests;
using StreamBert.Model.Training;
using StreamBert.Model.Training.Runs;
using StreamBert.Training.Runs;

namespace StreamBert.Tests.Training.Runs;

public sealed class CurveRecorderTests
{
    private static readonly TrainingUsage Usage = new("lora", 100, 10, 5000, 0.1, 812.34, 1, 500, new(0.0025, "processor time", 1, 400));

    [Fact]
    public void A_short_run_keeps_every_step_and_the_loss_after_each_epoch()
    {
        var recorder = new CurveRecorder();
        for (var step = 1; step <= 10; step++)
        {
            recorder.Add(Step(step, of: 10));
            if (step % 5 == 0)
                recorder.Report(new(step / 5, 0, new(0.8, 0.9, Loss: 1.0 / step)));
        }

        var curve = recorder.Create(Usage);

        Assert.Equal(Enumerable.Range(1, 10), curve.Training.Select(static point => point.Step));
        Assert.Equal([(5, 0.2), (10, 0.1)], curve.Validation.Select(static point => (point.Step, point.Loss)));
        Assert.Equal((2.5, "processor time"), (curve.EnergyWattHours, curve.EnergySource));
    }

    [Fact]
    public void A_long_run_has_a_bounded_number_of_evenly_spaced_points_and_the_last_step()
    {
        var recorder = new CurveRecorder();
        for (var step = 1; step <= 5001; step++)
            recorder.Add(Step(step, of: 5001));

        var steps = recorder.Create(Usage).Training.Select(static point => point.Step).ToList();

        Assert.InRange(steps.Count, CurveRecorder.MaximumPoints / 2, CurveRecorder.MaximumPoints);
        Assert.Equal(5001, steps[^1]);
        Assert.Single(steps.SkipLast(1).Zip(steps.Skip(1).SkipLast(1), static (first, second) => second - first).Distinct());
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_no_point()
    {
        var recorder = new CurveRecorder();

        recorder.Add(Step(1, of: 1) with { Loss = double.NaN });
        recorder.Report(new(1, 0, new(0, 0, double.PositiveInfinity)));

        Assert.Empty(recorder.Create(Usage).Training);
        Assert.Empty(recorder.Create(Usage).Validation);
    }

    private static TrainingProgress Step(int step, int of) => new("fine-tuning", 1, 1, step, of, 1.0 / step, 800, TimeSpan.Zero);
}
