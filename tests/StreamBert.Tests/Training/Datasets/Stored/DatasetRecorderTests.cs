using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Datasets;
using StreamBert.Training.Datasets.Stored;

namespace StreamBert.Tests.Training.Datasets.Stored;

public sealed class DatasetRecorderTests
{
    [Fact]
    public async Task The_text_of_a_subject_who_is_erased_during_the_run_is_not_stored()
    {
        await using var bench = await TrainingBench.CreateAsync(
            new PipelineOptions { Name = "news", Heads = ["sentiment"], Privacy = new() { PerSubjectKeys = true } });
        bench.Keys.GetOrCreate(["anna", "ben"]);
        bench.Keys.Erase("ben", TrainingBench.Start); // who writes again
        await bench.AppendAsync([Label("Oil prices rise", "anna", 1), Label("Banks are fine", "ben", 2)]);
        var feedback = FeedbackResolver.Resolve(
            await bench.FeedbackReader.ReadAsync(
                "default", [new("sentiment", TinyModel.Sentiments)], 100, TrainingBench.Cancellation),
            InputEncoder.Load(bench.ShippedDirectory));

        bench.Keys.Erase("anna", TrainingBench.Start);
        var rows = Record(bench, feedback);

        Assert.Equal([(null, true), ("Banks are fine", false)], rows.Select(static row => (row.Text, row.IsErased)));
    }

    private static FeedbackReceived Label(string text, string subject, int second) =>
        TrainingBench.Feedback(text, text, "neutral", second) with { Subject = subject };

    private static IReadOnlyList<StoredLabel> Record(TrainingBench bench, ResolvedFeedback feedback)
    {
        var store = new DatasetStore(bench.Directories.Datasets, bench.Keys);
        var recorder = new DatasetRecorder(store, bench.Pipelines, new(bench.Pipelines, bench.Keys), TimeProvider.System);
        return store.ReadRows(recorder.Record(
            "default", "default-v1", "default-v2", feedback, new TrainingDataset(new([], []), new([], []), [], [])));
    }
}
