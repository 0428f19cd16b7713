using Microsoft.Extensions.Time.Testing;
using StreamBert.Model.Training;

namespace StreamBert.Tests.Model.Training.FineTuning;

/// <summary>Records the steps of a run, and can interrupt it.</summary>
internal sealed class StepRecorder : IProgress<TrainingProgress>
{
    public List<TrainingProgress> Steps { get; } = [];
    public Action<int>? OnStep { get; set; }

    public static TrainingContext CreateContext(StepRecorder? recorder = null, CancellationTokenSource? stop = null) => new(
        new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) }, recorder,
        stop?.Token ?? TestContext.Current.CancellationToken);

    public void Report(TrainingProgress value)
    {
        Steps.Add(value);
        OnStep?.Invoke(value.Step);
    }
}
