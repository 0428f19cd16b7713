using StreamBert.Model.Packages;
using StreamBert.Model.Training;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Model.Training.FineTuning;

[Collection(nameof(SeededTraining))]
public sealed class TextTrainerPhasesTests : IDisposable
{
    private static readonly string[] Phases =
    [
        "calibrating", "evaluating on the validation and test texts", "measuring the reference profile",
        "measuring the distribution of the training texts", "measuring the accuracy of each precision",
    ];

    private readonly TempFolder _folder = new();

    public TextTrainerPhasesTests() => TinyModel.Save(_folder["base"], "base-v1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_follows_the_last_step_is_reported_and_a_run_that_is_cancelled_there_continues_to_the_same_package()
    {
        Run("uninterrupted", resume: false, new PhaseRecorder(), null);
        var reports = ModelPackage.ReadManifest(_folder["uninterrupted"]).Reports.Select(static report => report.CalibrationError).ToList();

        for (var phase = 0; phase < Phases.Length; phase++)
        {
            using var stop = new CancellationTokenSource();
            var last = Phases[phase];
            var recorder = new PhaseRecorder { OnPhase = reported => CancelAt(last, reported, stop) };
            if (phase < Phases.Length - 1)
                Assert.Throws<OperationCanceledException>(() => Run("interrupted", resume: phase > 0, recorder, stop));
            else
                Run("interrupted", resume: true, recorder, stop); // nothing is left that could be cancelled
            Assert.Equal(Phases[..(phase + 1)], recorder.Phases);
        }

        Assert.Equal(reports, ModelPackage.ReadManifest(_folder["interrupted"]).Reports.Select(static report => report.CalibrationError));
        Assert.False(Directory.Exists(_folder["interrupted.training"]));
    }

    private static void CancelAt(string phase, string reported, CancellationTokenSource stop)
    {
        if (reported == phase) stop.Cancel();
    }

    private void Run(string output, bool resume, PhaseRecorder recorder, CancellationTokenSource? stop) => TextTrainer.Run(
        new(_folder["base"], _folder[output], [ToyTexts.CreateHead("mood", 60)]) { Resume = resume },
        new() { Epochs = 1, LearningRate = 1e-2, BatchTokens = 128, Threads = 1 },
        StepRecorder.CreateContext(null, stop) with { Phases = recorder });
}
