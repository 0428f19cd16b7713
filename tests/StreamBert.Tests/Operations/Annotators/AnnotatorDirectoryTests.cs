using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Operations.Annotators;
using StreamBert.Privacy;
using StreamBert.Streaming.Pipelines;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Operations.Annotators;

public sealed class AnnotatorDirectoryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Annotators_are_listed_with_their_labels_and_what_the_last_run_found()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([Feedback("a", "anna", 1), Feedback("b", "anna", 2), Feedback("a", "bob", 3)]);
        await bench.AppendAsync([Trained(0.4), Trained(0.5)], Topics.Models);

        var view = await Open(bench).ListAsync(Cancellation);

        Assert.Equal([("anna", 2L), ("bob", 1L)], view.Annotators.Select(static annotator => (annotator.Annotator, annotator.Labels)));
        Assert.Equal(TrainingBench.Start.AddSeconds(2), view.Annotators[0].LastLabelAt);
        Assert.Equal(0.5, view.Annotators[1].Models["default"].ErrorRate);
        Assert.Empty(view.Annotators[0].Models);
        Assert.Equal(0.8, Assert.Single(view.Agreement["default"]).Alpha);
    }

    [Fact]
    public async Task A_label_that_replaces_another_counts_once_and_labels_on_two_heads_count_twice()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([Feedback("a", "anna", 1), Feedback("a", "anna", 2), Feedback("a", "bob", 3)]);
        await bench.AppendAsync([Feedback("a", "anna", 4) with { Head = "topic" }]);

        var view = await Open(bench).ListAsync(Cancellation);

        Assert.Equal([("anna", 2L), ("bob", 1L)], view.Annotators.Select(static annotator => (annotator.Annotator, annotator.Labels)));
    }

    [Fact]
    public async Task A_withdrawn_label_is_not_counted_and_a_later_one_is()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var first = Feedback("a", "anna", 1);
        await bench.AppendAsync([first, Feedback("b", "anna", 2), Feedback("c", "bob", 3)]);
        await bench.AppendAsync([TrainingBench.Withdrawal(first, second: 4), TrainingBench.Withdrawal(Feedback("c", "bob", 3), second: 1)]);
        await bench.AppendAsync([Feedback("a", "anna", 9)]);

        var view = await Open(bench).ListAsync(Cancellation);

        Assert.Equal([("anna", 2L)], view.Annotators.Select(static annotator => (annotator.Annotator, annotator.Labels)));
    }

    [Fact]
    public async Task An_exclusion_is_listed_and_audited_until_it_is_taken_back()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([Feedback("a", "bob", 3)]);
        var annotators = Open(bench);

        await annotators.ChangeAsync("bob", null, true, "user:lead", "inverted", Cancellation);
        Assert.True(Assert.Single((await annotators.ListAsync(Cancellation)).Annotators).Excluded);
        await annotators.ChangeAsync("bob", null, false, "user:lead", null, Cancellation);

        Assert.False(Assert.Single((await annotators.ListAsync(Cancellation)).Annotators).Excluded);
        var audit = await bench.Log.ReadToEndAsync(Topics.Audit, null, Cancellation)
            .Select(static record => Wire.Deserialize<AuditEntry>(record.Value)).ToListAsync(Cancellation);
        Assert.Equal([AuditActions.AnnotatorExcluded, AuditActions.AnnotatorIncluded], audit.Select(static entry => entry.Action));
        Assert.Equal(("bob", "user:lead", "inverted"), (audit[0].Target, audit[0].Actor, audit[0].Details["reason"]));
    }

    [Fact]
    public async Task A_misspelt_annotator_is_not_excluded()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync([Feedback("a", "bob", 3)]);

        Assert.Null(await Open(bench).ChangeAsync("bobb", null, true, "user:lead", null, Cancellation));
        Assert.Empty((await Open(bench).ListAsync(Cancellation)).Annotators.SelectMany(static annotator => annotator.Changes));
    }

    [Fact]
    public async Task A_name_with_personal_data_is_shown_and_excluded_by_its_pseudonym()
    {
        await using var bench = await TrainingBench.CreateAsync(
            new PipelineOptions { Name = "news", Heads = ["sentiment"], Privacy = new() { Redact = [PersonalData.Email] } });
        await bench.AppendAsync([Feedback("a", "bob@example.org", 3)]);
        var annotators = Open(bench);
        var shown = Assert.Single((await annotators.ListAsync(Cancellation)).Annotators).Annotator;

        var change = await annotators.ChangeAsync("bob@example.org", null, true, "user:lead", null, Cancellation);

        Assert.DoesNotContain("bob", shown, StringComparison.Ordinal);
        Assert.Equal(shown, change?.Annotator);
        var labels = await bench.FeedbackReader.ReadAsync(
            "default", [new("sentiment", TinyModel.Sentiments)], 100, Cancellation);
        Assert.Empty(labels.Labels);
        Assert.Equal(1, labels.Excluded["excluded-annotator"]);
    }

    private static AnnotatorDirectory Open(TrainingBench bench) => new(
        bench.Log, new PrivacyFilter(bench.Pipelines, bench.Keys), bench.Vault, new FakeTimeProvider(TrainingBench.Start));

    private static FeedbackReceived Feedback(string id, string annotator, int second) =>
        TrainingBench.Feedback(id, $"text {id}", "neutral", second) with { Annotator = annotator };

    private static ModelTrained Trained(double errorRate) => new()
    {
        Model = "default",
        Version = "default-v2",
        TrainedAt = TrainingBench.Start,
        TrainingSeconds = 1,
        FeedbackCount = 3,
        ReplayCount = 0,
        Candidate = [],
        Agreement = [new() { Head = "sentiment", Texts = 2, Alpha = 0.8 }],
        Annotators = [new() { Annotator = "bob", Labels = 1, ErrorRate = errorRate }],
        Accepted = false,
        Gates = [],
    };
}
