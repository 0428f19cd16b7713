using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Operations.DeadLetters;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting.Provisioning;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Operations.DeadLetters;

public sealed class DeadLetterTests : IAsyncDisposable
{
    private const string Input = "texts.financial-news";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("streambert-letters-");
    private readonly FakeTimeProvider _time = new(Some.Noon);
    private readonly EmbeddedEventLog _log;
    private readonly DeadLetterActions _actions;

    public DeadLetterTests()
    {
        _log = EmbeddedEventLog.Open(new() { Directory = _directory.FullName }, _time, NullLogger<EmbeddedEventLog>.Instance);
        _actions = new(_log, _time);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_is_filtered_counted_by_reason_and_paged()
    {
        await CreateAsync();
        for (var number = 0; number < 5; number++)
            await DieAsync(number, reason: number % 2 == 0 ? "not-json" : "missing-field");

        var all = await ListAsync(new(), 2);
        var next = await ListAsync(new(), 2, all.Next);
        var last = await ListAsync(new(), 2, next.Next);
        Assert.Equal(
            [4L, 3, 2, 1, 0],
            all.DeadLetters.Concat(next.DeadLetters).Concat(last.DeadLetters).Select(static letter => letter.Origin.Offset));
        Assert.Null(last.Next);

        var some = await ListAsync(new() { Reason = "not-json", From = Some.Noon.AddMinutes(1) });
        Assert.Equal([4L, 2], some.DeadLetters.Select(static letter => letter.Origin.Offset));
        Assert.Equal((2, 2L), (some.Total, some.Reasons["missing-field"]));
        Assert.Empty((await ListAsync(new() { Topic = "texts.other" })).DeadLetters);
    }

    [Fact]
    public async Task A_replay_appends_the_original_record_and_shows_its_outcome()
    {
        await CreateAsync();
        await DieAsync(0);
        await DieAsync(1);

        var result = await _actions.ReplayAsync(new() { Reason = "not-json" }, "ann", again: false, Cancellation);

        Assert.Equal(new(2, 0, 0), result);
        var record = (await _log.ReadToEndAsync(Input, null, Cancellation).ToListAsync(Cancellation))[0];
        Assert.Equal(
            ("key-0", "{ no json 0", "dead-letter/0/0"),
            (Text(record.Key!), Text(record.Value!), Text(record.Headers[RecordHeaders.ReplayOf])));
        Assert.Equal("kept", Text(record.Headers["own"]));
        var letter = (await ListAsync(new() { Id = "0/0" })).DeadLetters.Single();
        Assert.Equal((DeadLetterStates.Replayed, "ann", "in-flight"), (letter.State, letter.HandledBy, letter.Outcome));
        Assert.Equal(new(Input, record.Position.Partition, record.Position.Offset), letter.ReplayedAs);

        await WorkAsync(2, static at => at == 0);
        var outcomes = (await ListAsync(new() { State = DeadLetterStates.Replayed })).DeadLetters.OrderBy(static item => item.Id).ToList();
        Assert.Equal(("dead-lettered", "0/2"), (outcomes[0].Outcome, outcomes[0].OutcomeId));
        Assert.Equal(("predicted", null), (outcomes[1].Outcome, outcomes[1].OutcomeId));
        Assert.Equal("0/0", (await ListAsync(new() { Id = "0/2" })).DeadLetters.Single().ReplayOf);
    }

    [Fact]
    public async Task Concurrent_replays_of_a_dead_letter_append_it_once()
    {
        await CreateAsync();
        await DieAsync(0);

        var result = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(number => _actions.ReplayAsync(new() { Id = "0/0" }, $"operator {number}", again: false, Cancellation)));

        Assert.Equal((1, 7), (result.Sum(static a => a.Done), result.Sum(static a => a.Skipped)));
        Assert.Single(await _log.ReadToEndAsync(Input, null, Cancellation).ToListAsync(Cancellation));
        Assert.Equal(1, (await _actions.ReplayAsync(new() { Id = "0/0" }, "ann", again: true, Cancellation)).Done);
    }

    [Fact]
    public async Task A_discarded_dead_letter_stays_and_is_not_replayed()
    {
        await CreateAsync();
        await DieAsync(0);
        await DieAsync(1);

        Assert.Equal(1, (await _actions.DiscardAsync(new() { Origin = $"{Input}/0/0" }, "bob", Cancellation)).Done);
        var replayed = await _actions.ReplayAsync(new(), "ann", again: false, Cancellation);

        Assert.Equal(new(1, 1, 0), replayed);
        Assert.Equal(DeadLetterStates.Discarded, (await ListAsync(new() { Id = "0/0" })).DeadLetters.Single().State);
        Assert.Equal(
            "{ no json 0",
            (await (await DeadLetterReader.OpenAsync(_log, Cancellation)).FindAsync("0/0", Cancellation))!.Value!.Text);
    }

    [Fact]
    public async Task Every_action_is_in_the_audit_log_with_its_dead_letters_and_filter()
    {
        await CreateAsync();
        await DieAsync(0);
        await DieAsync(1);

        await _actions.DiscardAsync(new() { Reason = "not-json" }, "bob", Cancellation);

        var entry = Wire.Deserialize<AuditEntry>(
            (await _log.ReadToEndAsync(Topics.Audit, null, Cancellation).ToListAsync(Cancellation)).Single().Value);
        Assert.Equal(("bob", AuditActions.DeadLetterDiscarded, "dead-letter/0/0"), (entry.Actor, entry.Action, entry.Target));
        Assert.Equal(("2", "0/0 0/1", "not-json"), (entry.Details["count"], entry.Details["letters"], entry.Details["filter.reason"]));
    }

    [Fact]
    public async Task A_dead_letter_of_a_deleted_topic_is_counted_as_unreplayable()
    {
        await CreateAsync();
        await DieAsync(0, topic: "texts.gone");
        await DieAsync(1);

        Assert.Equal(new(1, 0, 1), await _actions.ReplayAsync(new(), "ann", again: false, Cancellation));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_shown_as_base64()
    {
        await CreateAsync();
        await DieAsync(0, value: [0xC3, 0x28]);

        var details = await (await DeadLetterReader.OpenAsync(_log, Cancellation)).FindAsync("0/0", Cancellation);

        Assert.Equal(new(2, null, "wyg="), details!.Value);
        Assert.Equal("key-0", details.Key!.Text);
        Assert.Null(await (await DeadLetterReader.OpenAsync(_log, Cancellation)).FindAsync("0/7", Cancellation));
    }

    [Fact]
    public async Task The_index_keeps_the_latest_dead_letters_and_counts_the_others()
    {
        await CreateAsync();
        for (var number = 0; number < 5; number++)
            await DieAsync(number);

        var page = (await DeadLetterIndex.ReadAsync(_log, 3, Cancellation)).List(new(), 10, null);

        Assert.Equal([4L, 3, 2], page.DeadLetters.Select(static letter => letter.Origin.Offset));
        Assert.Equal(2, page.Unlisted);
    }

    [Fact]
    public async Task An_unlisted_dead_letter_is_shown_with_its_state_and_replaces_no_other()
    {
        await CreateAsync();
        for (var number = 0; number < 5; number++)
            await DieAsync(number);
        await _actions.DiscardAsync(new() { Id = "0/0" }, "bob", Cancellation);
        var index = await DeadLetterIndex.ReadAsync(_log, 3, Cancellation);
        var reader = new DeadLetterReader(_log, index);

        for (var look = 0; look < 2; look++)
        {
            var letter = (await reader.FindAsync("0/0", Cancellation))!.Letter;
            Assert.Equal((DeadLetterStates.Discarded, "bob"), (letter.State, letter.HandledBy));
        }

        var page = index.List(new(), 10, null);
        Assert.Equal((3L, 2L), (page.Total, page.Unlisted));
    }

    [Fact]
    public async Task An_action_that_arrives_before_its_dead_letter_is_applied_later()
    {
        await CreateAsync();
        await DieAsync(0);
        await _actions.DiscardAsync(new() { Id = "0/0" }, "bob", Cancellation);
        var index = new DeadLetterIndex(3);

        index.AddAction(await _log.ReadToEndAsync(Topics.DeadLetterState, null, Cancellation).SingleAsync(Cancellation));
        index.Add(await _log.ReadToEndAsync(Topics.DeadLetter, null, Cancellation).SingleAsync(Cancellation));

        Assert.Equal(DeadLetterStates.Discarded, index.Find("0/0")!.State);
    }

    [Fact]
    public async Task The_index_stays_within_its_memory_limit_and_counts_older_dead_letters()
    {
        await CreateAsync();
        var index = new DeadLetterIndex(1_000, maxBytes: 100_000);
        for (var number = 0; number < 50; number++)
        {
            await _log.AppendAsync([new(
                Topics.DeadLetter,
                null,
                Wire.Serialize(Some.DeadLetter() with { Detail = new('d', 1_000_000), Reason = $"reason-{number}" }),
                Some.Noon) { Headers = EventRecord.HeadersFor<DeadLettered>() }], Cancellation);
        }

        await foreach (var record in _log.ReadToEndAsync(Topics.DeadLetter, null, Cancellation))
            index.Add(record);
        var page = index.List(new(), 1_000, null);

        Assert.InRange(page.DeadLetters.Count, 5, 20);
        Assert.Equal(50, page.DeadLetters.Count + page.Unlisted);
        Assert.All(page.DeadLetters, static letter => Assert.True(letter.Detail.Length < 5_000));
    }

    [Fact]
    public async Task A_truncated_dead_letter_is_replayed_from_the_original_record()
    {
        await CreateAsync();
        var record = new NewRecord(Input, "key"u8.ToArray(), new byte[100_000], Some.Noon)
        {
            Headers = new Dictionary<string, byte[]> { ["trace"] = new byte[50_000] }
        };
        var at = (await _log.AppendAsync([record], Cancellation))[0];
        var letter = Some.DeadLetter() with
        {
            Origin = new(at.Topic, at.Partition, at.Offset),
            Key = record.Key,
            Value = record
            .Value,
            Headers = record.Headers
        };
        var bounded = letter.Truncate(new() { RecordBytes = 64 * 1024, HeaderBytes = 4 * 1024 });
        Assert.Equal((null, true, 0), (bounded.Value, bounded.Omitted, bounded.Headers.Count));
        await _log.AppendAsync(
            [EventRecord.Create(Topics.DeadLetter, bounded, Some.Noon)],
            Cancellation);

        Assert.Equal(1, (await _actions.ReplayAsync(new(), "bob", again: false, Cancellation)).Done);

        var replayed = await _log.ReadToEndAsync(Input, null, Cancellation).LastAsync(Cancellation);
        Assert.Equal(record.Value, replayed.Value);
        Assert.Equal(record.Key, replayed.Key);
        Assert.Equal([RecordHeaders.ReplayOf, "trace"], replayed.Headers.Keys.Order());
    }

    [Theory]
    [InlineData("gone", null)]
    [InlineData(null, "1-2")]
    public void An_invalid_filter_is_rejected(string? state, string? id)
        => Assert.NotNull(new DeadLetterFilter { State = state, Id = id }.Error);

    public async ValueTask DisposeAsync()
    {
        _actions.Dispose();
        await _log.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private Task CreateAsync() => _log.CreateTopicsAsync(TopicPlan.For(new(DefaultPipelines.All), new() { Partitions = 1 }), Cancellation);

    private async Task<DeadLetterPage> ListAsync(DeadLetterFilter filter, int limit = 10, string? cursor = null) =>
        await (await DeadLetterReader.OpenAsync(_log, Cancellation)).ListAsync(filter, limit, cursor, Cancellation);

    private Task DieAsync(
        int number,
        string reason = "not-json",
        string topic = Input,
        byte[]? value = null,
        IReadOnlyDictionary<string, byte[]>? headers = null) => _log.AppendAsync(
        [EventRecord.Create(Topics.DeadLetter, Some.DeadLetter() with
        {
            Origin = new(topic, 0, number),
            Reason = reason,
            FailedAt = Some.Noon.AddMinutes(number),
            Key = Encoding.UTF8.GetBytes($"key-{number}"),
            Value = value ?? Encoding.UTF8.GetBytes($"{{ no json {number}"),
            Headers = headers ?? new Dictionary<string, byte[]> { ["own"] = "kept"u8.ToArray() },
        }, Some.Noon)], Cancellation);

    /// <summary>What a worker does with replayed records: some fail again.</summary>
    private async Task WorkAsync(int count, Func<long, bool> fails)
    {
        await using var reader = await _log.JoinAsync(ConsumerGroups.Inference, [Input], Cancellation);
        var batch = await reader.ReadAsync(count, Cancellation);
        await reader.CommitAsync(batch, [], Cancellation);
        foreach (var record in batch.Records.Where(record => fails(record.Position.Offset)))
            await DieAsync(9, headers: record.Headers);
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
