using Microsoft.Extensions.Time.Testing;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Serving;
using StreamBert.Model;

namespace StreamBert.Tests.Inference.Batching;

public sealed class BatchRunnerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly AnswerCache _cache = new(10);
    private readonly BatchRunner _runner;

    public BatchRunnerTests() => _runner = new(_cache, _time);

    [Fact]
    public async Task Every_text_gets_the_answer_of_its_place_in_the_batch()
    {
        var model = Models.Counting();
        var batch = Batch(model, Models.Words(3), Models.Words(1), Models.Words(2));

        _runner.Run(model, batch);

        var answers = await Task.WhenAll(batch.Select(static text => text.Answer));
        Assert.Equal(["3", "1", "2"], answers.Select(static answer => answer.Result!.Heads["sentiment"].Label));
        Assert.All(answers, static answer => Assert.Equal(("v1", 3), (answer.ModelVersion, answer.BatchSize)));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(7, 0)]
    [InlineData(7, 3)]
    [InlineData(64, 63)]
    public async Task Only_the_text_that_fails_alone_is_answered_with_its_error(int size, int poisoned)
    {
        var model = Models.Allergic([]);
        var batch = Batch(model, [.. Enumerable.Range(0, size).Select(i => i == poisoned ? Models.Poison : "fine")]);

        _runner.Run(model, batch);

        var answers = await Task.WhenAll(batch.Select(static text => text.Answer));
        Assert.IsType<ArithmeticException>(answers[poisoned].Error);
        Assert.NotNull(answers[poisoned].Error!.StackTrace);
        Assert.All(answers.Where((_, i) => i != poisoned), static answer => Assert.NotNull(answer.Result));
    }

    [Fact]
    public async Task A_batch_that_fails_once_is_tried_again_as_a_whole()
    {
        var calls = new List<int>();
        var model = Models.Counting(before: texts =>
        {
            calls.Add(texts.Count);
            if (calls.Count == 1)
                throw new InvalidOperationException("a hiccup");
        });
        var batch = Batch(model, "a", "b", "c");

        _runner.Run(model, batch);

        Assert.Equal([3, 3], calls);
        Assert.All(await Task.WhenAll(batch.Select(static text => text.Answer)), static answer => Assert.NotNull(answer.Result));
    }

    [Fact]
    public void A_model_that_fails_on_harmless_texts_too_blames_none()
    {
        var model = Models.Counting(before: static _ => throw new InvalidOperationException("the device is gone"));
        var batch = Batch(model, "a", "b");

        var error = Assert.Throws<ModelBrokenException>(() => _runner.Run(model, batch));

        Assert.Contains("the device is gone", error.Message, StringComparison.Ordinal);
        Assert.All(batch, static text => Assert.False(text.Answer.IsCompleted));
    }

    [Fact]
    public void A_wrong_number_of_answers_is_no_answer()
    {
        var model = Models.Counting() with { Classify = static _ => [] };
        var batch = Batch(model, "a");

        var error = Assert.Throws<ModelBrokenException>(() => _runner.Run(model, batch));

        Assert.Contains("0 answers for", error.Message, StringComparison.Ordinal);
        Assert.False(batch[0].Answer.IsCompleted);
    }

    [Fact]
    public void A_text_that_nobody_wants_any_more_is_not_computed()
    {
        using var dropped = new CancellationTokenSource();
        var sizes = new List<int>();
        var model = Models.Allergic(sizes);
        PendingText[] batch = [new("a", model, Lane.Bulk, dropped.Token), new("b", model, Lane.Bulk, CancellationToken.None)];
        dropped.Cancel();

        _runner.Run(model, batch);

        Assert.Equal([1], sizes);
        Assert.True(batch[0].Answer.IsCanceled);
    }

    [Fact]
    public async Task A_text_tokenized_for_another_version_is_tokenized_anew()
    {
        var next = Models.Counting("v2") with { Encode = static text => new EncodedText([.. text.Select(static c => (int)c)], true) };
        var batch = Batch(Models.Counting("v1"), "four");

        _runner.Run(next, batch);

        var answer = await batch[0].Answer;
        Assert.Equal(("v2", "4", true), (answer.ModelVersion, answer.Result!.Heads["sentiment"].Label, batch[0].Encoded.Truncated));
    }

    [Fact]
    public async Task A_text_past_its_deadline_is_answered_as_such_and_not_computed()
    {
        var sizes = new List<int>();
        var model = Models.Allergic(sizes);
        PendingText Awaited(double seconds)
            => new("a", model, Lane.Interactive, CancellationToken.None) { Deadline = _time.GetUtcNow().AddSeconds(seconds) };
        PendingText[] batch = [Awaited(1), Awaited(2), new("b", model, Lane.Bulk, CancellationToken.None)];
        _time.Advance(TimeSpan.FromSeconds(1));

        _runner.Run(model, batch);

        Assert.Equal([2], sizes);
        Assert.IsType<DeadlinePassedException>((await batch[0].Answer).Error);
        Assert.All(await Task.WhenAll(batch.Skip(1).Select(static text => text.Answer)), static answer => Assert.NotNull(answer.Result));
    }

    [Fact]
    public void What_was_answered_is_remembered_for_its_version_but_no_failure_is()
    {
        var model = Models.Allergic([]);
        var batch = Batch(model, "fine", Models.Poison);

        _runner.Run(model, batch);

        Assert.Equal("1", _cache.Find("v1", batch[0].Encoded)!.Heads["sentiment"].Label);
        Assert.Null(_cache.Find("v2", batch[0].Encoded));
        Assert.Null(_cache.Find("v1", batch[1].Encoded));
    }

    private static PendingText[] Batch(ServedModel model, params string[] texts) =>
        [.. texts.Select(text => new PendingText(text, model, Lane.Bulk, CancellationToken.None))];
}
