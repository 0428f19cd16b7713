using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Serving;
using StreamBert.Model.Classification;
using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Inference.Batching;

public sealed class BatchRunnerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly PredictionCache _cache = new(10);
    private readonly BatchRunner _runner;

    public BatchRunnerTests() => _runner = new(_cache, _time);

    [Fact]
    public async Task Every_text_gets_the_result_at_its_index_in_the_batch()
    {
        var model = TestModels.Counting();
        var batch = Batch(model, TestModels.Words(3), TestModels.Words(1), TestModels.Words(2));

        _runner.Run(model, batch);

        var results = await Task.WhenAll(batch.Select(static text => text.Result));
        Assert.Equal(["3", "1", "2"], results.Select(static result => Succeeded(result).Output.Heads["sentiment"].Label));
        Assert.All(results, static result => Assert.Equal(("v1", 3), (Succeeded(result).ModelVersion, Succeeded(result).BatchSize)));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(7, 0)]
    [InlineData(7, 3)]
    [InlineData(64, 63)]
    public async Task Only_the_text_that_fails_in_a_batch_of_its_own_gets_the_error(int size, int poisoned)
    {
        var model = TestModels.FailingOnPoison([]);
        var batch = Batch(model, [.. Enumerable.Range(0, size).Select(i => i == poisoned ? TestModels.Poison : "fine")]);

        _runner.Run(model, batch);

        var results = await Task.WhenAll(batch.Select(static text => text.Result));
        var error = Assert.IsType<ArithmeticException>(Failed(results[poisoned]).Error);
        Assert.NotNull(error.StackTrace);
        Assert.All(results.Where((_, i) => i != poisoned), static result => Succeeded(result));
    }

    [Fact]
    public async Task What_a_candidate_fails_on_alone_is_answered_by_the_serving_version()
    {
        var (champion, candidate) = (TestModels.Counting("v1"), TestModels.FailingOnPoison([]) with { Version = "v2" });
        var batch = Batch(champion, "fine", TestModels.Poison, "good", "well");

        _runner.RunCandidate(candidate, batch);
        _runner.Run(champion, batch);

        var results = await Task.WhenAll(batch.Select(static text => text.Result));
        Assert.Equal(["v2", "v1", "v2", "v2"], results.Select(static result => Succeeded(result).ModelVersion));
        Assert.Equal([null, "v2", null, null], batch.Select(static text => text.FailedVersion));
    }

    [Fact]
    public async Task A_score_of_a_candidate_that_is_not_a_number_is_a_failure()
    {
        var champion = TestModels.Counting("v1");
        var candidate = TestModels.Counting("v2") with
        {
            Classify = static texts =>
            [
                .. texts.Select(static _ => new ClassifiedText(new Dictionary<string, HeadPrediction>
                {
                    ["sentiment"] = new("1", double.NaN, new Dictionary<string, double>()),
                }, [0])),
            ],
        };
        var batch = Batch(champion, "fine");

        _runner.RunCandidate(candidate, batch);
        _runner.Run(champion, batch);

        Assert.Equal(("v1", "v2"), (Succeeded(await batch[0].Result).ModelVersion, batch[0].FailedVersion));
    }

    [Fact]
    public async Task A_batch_that_fails_once_is_retried_with_all_its_texts()
    {
        var calls = new List<int>();
        var model = TestModels.Counting(before: texts =>
        {
            calls.Add(texts.Count);
            if (calls.Count == 1)
                throw new InvalidOperationException("a hiccup");
        });
        var batch = Batch(model, "a", "b", "c");

        _runner.Run(model, batch);

        Assert.Equal([3, 3], calls);
        Assert.All(await Task.WhenAll(batch.Select(static text => text.Result)), static result => Succeeded(result));
    }

    [Fact]
    public void A_model_that_fails_on_the_probe_texts_too_fails_no_text()
    {
        var model = TestModels.Counting(before: static _ => throw new InvalidOperationException("the device is gone"));
        var batch = Batch(model, "a", "b");

        var error = Assert.Throws<UnhealthyModelException>(() => _runner.Run(model, batch));

        Assert.Contains("the device is gone", error.Message, StringComparison.Ordinal);
        Assert.All(batch, static text => Assert.False(text.Result.IsCompleted));
    }

    [Fact]
    public void A_wrong_number_of_results_completes_no_text()
    {
        var model = TestModels.Counting() with { Classify = static _ => [] };
        var batch = Batch(model, "a");

        var error = Assert.Throws<UnhealthyModelException>(() => _runner.Run(model, batch));

        Assert.Contains("0 results for", error.Message, StringComparison.Ordinal);
        Assert.False(batch[0].Result.IsCompleted);
    }

    [Fact]
    public void An_abandoned_text_is_not_computed()
    {
        using var abandoned = new CancellationTokenSource();
        var sizes = new List<int>();
        var model = TestModels.FailingOnPoison(sizes);
        PendingText[] batch = [new("a", model, Priority.Bulk, abandoned.Token), new("b", model, Priority.Bulk, CancellationToken.None)];
        abandoned.Cancel();

        _runner.Run(model, batch);

        Assert.Equal([1], sizes);
        Assert.True(batch[0].Result.IsCanceled);
    }

    [Fact]
    public async Task A_text_tokenized_for_another_version_is_tokenized_again()
    {
        var next = TestModels.Counting("v2") with { Encode = static text => new EncodedText([.. text.Select(static c => (int)c)], true) };
        var batch = Batch(TestModels.Counting("v1"), "four");

        _runner.Run(next, batch);

        var result = Succeeded(await batch[0].Result);
        Assert.Equal(("v2", "4", true), (result.ModelVersion, result.Output.Heads["sentiment"].Label, batch[0].Encoded.IsTruncated));
    }

    [Fact]
    public async Task A_text_past_its_deadline_fails_with_that_reason_and_is_not_computed()
    {
        var sizes = new List<int>();
        var model = TestModels.FailingOnPoison(sizes);
        PendingText Awaited(double seconds)
            => new("a", model, Priority.Interactive, CancellationToken.None) { Deadline = _time.GetUtcNow().AddSeconds(seconds) };
        PendingText[] batch = [Awaited(1), Awaited(2), new("b", model, Priority.Bulk, CancellationToken.None)];
        _time.Advance(TimeSpan.FromSeconds(1));

        _runner.Run(model, batch);

        Assert.Equal([2], sizes);
        Assert.IsType<DeadlinePassedException>(Failed(await batch[0].Result).Error);
        Assert.All(await Task.WhenAll(batch.Skip(1).Select(static text => text.Result)), static result => Succeeded(result));
    }

    [Fact]
    public void Predictions_are_cached_for_their_version_and_failures_are_not()
    {
        var model = TestModels.FailingOnPoison([]);
        var batch = Batch(model, "fine", TestModels.Poison);

        _runner.Run(model, batch);

        Assert.Equal("1", _cache.Find("v1", batch[0].Encoded)!.Heads["sentiment"].Label);
        Assert.Null(_cache.Find("v2", batch[0].Encoded));
        Assert.Null(_cache.Find("v1", batch[1].Encoded));
    }

    private static ClassificationResult.Succeeded Succeeded(ClassificationResult result) =>
        Assert.IsType<ClassificationResult.Succeeded>(result);

    private static ClassificationResult.Failed Failed(ClassificationResult result) => Assert.IsType<ClassificationResult.Failed>(result);

    private static PendingText[] Batch(ServedModel model, params string[] texts) =>
        [.. texts.Select(text => new PendingText(text, model, Priority.Bulk, CancellationToken.None))];
}
