using StreamBert.Contracts;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Monitoring;

/// <summary>Runs the worker on the embedded log: it commits every output exactly once.</summary>
public sealed class MonitoringWorkerTests : IAsyncDisposable
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;
    private static readonly int Kills = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 50 : 20;
    private readonly MonitoringHarness _harness = new();

    [Fact]
    public async Task Predictions_become_trends_and_alerts_and_the_group_has_read_them_all()
    {
        var texts = await _harness.AppendAsync(MonitoringHarness.Surge());
        using var worker = await _harness.StartAsync();
        await _harness.UntilReadAsync(texts);
        await worker.StopAsync(Cancellation);

        Assert.All(
            await _harness.Log.LagAsync(ConsumerGroups.Monitoring, [Topics.Predictions], Cancellation),
            static partition => Assert.Equal(0, partition.Lag));
        Assert.Contains(
            await _harness.RaisedAsync(),
            static alert => alert is { Kind: AlertKinds.LabelSurge, Series.Segment: "topic=Macro" });
        Assert.Contains(await _harness.ResolvedAsync(), static alert => alert.Kind == AlertKinds.LabelSurge);
        var trends = (await _harness.TrendsAsync()).Where(MonitoringHarness.IsOfAllTexts);
        Assert.Equal(texts - MonitoringHarness.CountOpen(await _harness.StateAsync()), trends.Sum(static trend => trend.Count));
    }

    [Fact]
    public async Task Rules_of_the_topic_apply_to_the_windows_that_they_state_even_if_they_were_appended_later()
    {
        var texts = await _harness.AppendAsync(MonitoringHarness.Surge());
        await _harness.ChangeRulesAsync(new MonitorRules { Segments = ["head:topic"], Disabled = [AlertKinds.LabelSurge] });
        await _harness.ChangeRulesAsync(new MonitorRules { TimeZone = "Mars/Base" }); // is invalid: a dead letter
        using var worker = await _harness.StartAsync();
        await _harness.UntilReadAsync(texts);
        await worker.StopAsync(Cancellation);

        Assert.DoesNotContain(await _harness.RaisedAsync(), static alert => alert.Kind == AlertKinds.LabelSurge);
        Assert.NotEmpty(await _harness.TrendsAsync());
        Assert.Contains("Mars/Base", Assert.Single(await _harness.DeadLettersAsync()).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_monitor_that_is_stopped_repeatedly_commits_every_output_once()
    {
        var texts = await _harness.AppendAsync(MonitoringHarness.Surge());
        for (var stops = 0; stops < 5; stops++)
        {
            using var stopped = await _harness.StartAsync(batch: 300);
            await _harness.UntilReadAsync(400 * (stops + 1));
            await stopped.StopAsync(Cancellation);
        }
        using var worker = await _harness.StartAsync();
        await _harness.UntilReadAsync(texts);
        await worker.StopAsync(Cancellation);

        await _harness.AssertCommittedOnceAsync(texts);
    }

    [Fact]
    public async Task A_monitor_that_is_killed_repeatedly_among_late_texts_commits_the_same_bytes_as_an_uninterrupted_one()
    {
        var random = new Random(50);
        var texts = MonitoringHarness.Unfair(460) // windows are held back for the late texts
            .Select(text => random.Next(25) == 0 ? text with { ArrivesAt = text.ArrivesAt.AddSeconds(random.Next(3, 60)) } : text)
            .OrderBy(static text => text.ArrivesAt).ToList();
        await using var uninterrupted = new MonitoringHarness();
        var count = await uninterrupted.AppendAsync(texts);
        using var undisturbed = await uninterrupted.StartAsync();
        await uninterrupted.UntilReadAsync(count);
        await undisturbed.StopAsync(Cancellation);

        foreach (var checkpointMilliseconds in (int[])[0, 10])
        {
            await using var killed = new MonitoringHarness { CheckpointInterval = TimeSpan.FromMilliseconds(checkpointMilliseconds) };
            await killed.AppendAsync(texts);
            await KillAsync(killed, random);
            using var last = await killed.StartAsync(batch: 300);
            await killed.UntilReadAsync(count);
            await last.StopAsync(Cancellation);

            Assert.Contains(await killed.RaisedAsync(), static alert => alert.Kind == AlertKinds.Fairness);
            Assert.Contains(await killed.TrendsAsync(), static trend => trend.Revision > 0);
            foreach (var topic in (string[])[Topics.Trends, Topics.Alerts])
                Assert.Equal(await uninterrupted.BytesAsync(topic), await killed.BytesAsync(topic));
        }
    }

    /// <summary>Kills monitors one after the other, each before or after its first or second commit.</summary>
    private static async Task KillAsync(MonitoringHarness harness, Random random)
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var crashing = new CrashingLog(harness.Log, afterTheCommit: random.Next(2) == 0, commits: random.Next(1, 3));
            using var killed = harness.Worker(crashing, batch: random.Next(500, 5_500) / Kills);
            await killed.StartAsync(Cancellation);
            await Task.WhenAny(crashing.Crashed, killed.ExecuteTask!);
            await killed.StopAsync(Cancellation);
        }
    }

    [Fact]
    public async Task Of_two_monitors_one_is_on_standby_and_continues_from_the_checkpoint_when_the_other_stops()
    {
        var texts = await _harness.AppendAsync(MonitoringHarness.Surge());
        using var first = await _harness.StartAsync(batch: 200);
        using var second = await _harness.StartAsync(batch: 200);
        await _harness.UntilReadAsync(400);
        await first.StopAsync(Cancellation);
        await _harness.UntilReadAsync(texts);
        await second.StopAsync(Cancellation);

        await _harness.AssertCommittedOnceAsync(texts);
    }

    [Fact]
    public async Task Redelivered_and_partially_written_reads_change_no_window_and_no_alert()
    {
        var texts = MonitoringHarness.Surge().ToList();
        var delivered = await _harness.AppendRedeliveredAsync(texts, new Random(5));
        using (var stopped = await _harness.StartAsync(batch: 300))
        {
            await _harness.UntilReadAsync(delivered / 2);
            await stopped.StopAsync(Cancellation);
        }
        using var worker = await _harness.StartAsync(batch: 300);
        await _harness.UntilReadAsync(delivered);
        await worker.StopAsync(Cancellation);

        Assert.True(delivered > texts.Count * 5 / 4);
        await _harness.AssertCommittedOnceAsync(texts.Count);
        var windows = MonitoringHarness.LastRevisions(await _harness.TrendsAsync());
        var alerts = (await _harness.RaisedAsync()).Select(static alert => alert.Fingerprint);
        await using var once = new MonitoringHarness();
        await once.AppendAsync(texts);
        using var undisturbed = await once.StartAsync(batch: 300);
        await once.UntilReadAsync(texts.Count);
        await undisturbed.StopAsync(Cancellation);
        Assert.Equal(MonitoringHarness.LastRevisions(await once.TrendsAsync()), windows);
        Assert.Equal((await once.RaisedAsync()).Select(static alert => alert.Fingerprint), alerts);
    }

    [Fact]
    public async Task A_record_that_is_no_prediction_does_not_stop_the_monitor()
    {
        await _harness.CreateTopicsAsync();
        await _harness.Log.AppendAsync(
            [
                new(Topics.Predictions, null, "not json"u8.ToArray(), SyntheticStream.Start),
                new(Topics.Predictions, null, null, SyntheticStream.Start),
            ],
            Cancellation);
        var texts = await _harness.AppendAsync(new SyntheticStream(2).Play(40));
        using var worker = await _harness.StartAsync();

        await _harness.UntilReadAsync(texts + 2);
        await worker.StopAsync(Cancellation);

        Assert.NotEmpty(await _harness.TrendsAsync());
    }

    [Fact]
    public async Task An_unreadable_checkpoint_is_skipped()
    {
        await _harness.CreateTopicsAsync();
        await _harness.Log.AppendAsync([new(Topics.MonitorState, null, [1, 2, 3], SyntheticStream.Start) { Partition = 0 }], Cancellation);
        var texts = await _harness.AppendAsync(new SyntheticStream(2).Play(40));
        using var worker = await _harness.StartAsync();

        await _harness.UntilReadAsync(texts);
        await worker.StopAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();
}
