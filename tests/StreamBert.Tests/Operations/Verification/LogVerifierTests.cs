using CsCheck;
using StreamBert.Contracts;
using StreamBert.Operations.Verification;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Operations.Verification;

public sealed class LogVerifierTests
{
    [Fact]
    public async Task A_log_in_which_every_text_has_one_outcome_passes()
    {
        await using var log = await PlantedLog.OpenAsync();
        await log.CommitTextsAsync(0, 3);
        await log.CommitTextsAsync(1, 2);
        await log.AppendTextsAsync(1, 4);
        await log.PredictAsync(0, 0);
        await log.DeadLetterAsync(0, 1);
        await log.PredictAsync(0, 2, routed: true);
        await log.CopyAsync(0, 2);
        await log.PredictAsync(1, 0, output: 1);
        await log.PredictAsync(1, 1, output: 1);

        var (report, findings) = await log.VerifyAsync();

        Assert.Empty(findings);
        Assert.Equal(
            new(Checked: 5, Predicted: 4, DeadLettered: 1, InFlight: 4, Missing: 0, Duplicated: 0, Unverifiable: 0) { Copies = 1 },
            report);
        Assert.True(report.HasPassed);
    }

    [Fact]
    public async Task Missing_and_duplicated_outcomes_are_reported_with_position_and_id()
    {
        await using var log = await PlantedLog.OpenAsync();
        await log.CommitTextsAsync(0, 5);
        await log.PredictAsync(0, 0);
        await log.PredictAsync(0, 1);
        await log.PredictAsync(0, 3);
        await log.PredictAsync(0, 1);
        await log.DeadLetterAsync(0, 3);
        await log.PredictAsync(0, 4);

        var (report, findings) = await log.VerifyAsync();

        Assert.Equal(new(5, 4, 0, 0, Missing: 1, Duplicated: 2, Unverifiable: 0), report);
        Assert.False(report.HasPassed);
        Assert.Equal(
            [(FindingKinds.Duplicated, 1, "0-1"), (FindingKinds.Duplicated, 3, null), (FindingKinds.Missing, 2, "0-2")],
            findings.Select(static f => (f.Kind, (int)f.Origin!.Offset, f.Id)));
        Assert.Contains("predictions/0/3", findings[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_and_duplicated_copies_on_routes_are_reported()
    {
        await using var log = await PlantedLog.OpenAsync();
        await log.CommitTextsAsync(0, 3);
        for (var offset = 0; offset < 3; offset++)
            await log.PredictAsync(0, offset, routed: true);
        await log.CopyAsync(0, 0);
        await log.CopyAsync(0, 2);
        await log.CopyAsync(0, 2, output: 1);

        var (report, findings) = await log.VerifyAsync();

        Assert.Equal((3, 1, 1), (report.Copies, report.CopiesMissing, report.CopiesDuplicated));
        Assert.Equal(
            [(FindingKinds.CopyDuplicated, 2), (FindingKinds.CopyMissing, 1)],
            findings.Select(static f => (f.Kind, (int)f.Origin!.Offset)));
    }

    [Fact]
    public async Task A_prediction_after_that_of_a_later_text_is_out_of_order()
    {
        await using var log = await PlantedLog.OpenAsync();
        await log.CommitTextsAsync(0, 3);
        await log.PredictAsync(0, 1);
        await log.PredictAsync(0, 0, output: 1);
        await log.PredictAsync(0, 2, output: 1);
        Assert.True((await log.VerifyAsync()).Report.HasPassed);

        await log.CommitTextsAsync(1, 2);
        await log.PredictAsync(1, 1);
        await log.PredictAsync(1, 0);

        var (report, findings) = await log.VerifyAsync();
        Assert.Equal((1, 0, 0), (report.OutOfOrder, report.Missing, report.Duplicated));
        Assert.Equal(new(PlantedLog.Input, 1, 0), Assert.Single(findings).Origin);
    }

    [Fact]
    public async Task Records_that_retention_has_deleted_are_unverifiable_not_missing()
    {
        await using var log = await PlantedLog.OpenAsync();
        await log.CommitTextsAsync(0, 10);
        foreach (var offset in (int[])[0, 1, 2, 3, 5, 6, 8, 9])
            await log.PredictAsync(0, offset);
        await log.KeepLastAsync(Topics.Predictions);

        var (report, findings) = await log.VerifyAsync();

        Assert.Equal(new(1, 1, 0, 0, Missing: 0, Duplicated: 0, Unverifiable: 9), report);
        Assert.Equal(new(PlantedLog.Input, 0, 0), Assert.Single(findings).Origin);

        await log.CommitTextsAsync(0, 3);
        await log.PredictAsync(0, 10);
        await log.PredictAsync(0, 12);
        (report, findings) = await log.VerifyAsync();
        Assert.Equal(new(4, 3, 0, 0, Missing: 1, Duplicated: 0, Unverifiable: 9), report);
        Assert.Equal(11, findings.Single(static f => f.Kind == FindingKinds.Missing).Origin!.Offset);
    }

    [Fact]
    public async Task Texts_that_retention_has_deleted_are_excluded_unless_requested()
    {
        await using var log = await PlantedLog.OpenAsync();
        await log.CommitTextsAsync(0, 5);
        for (var offset = 0; offset < 5; offset++)
            await log.DeadLetterAsync(0, offset);
        await log.KeepLastAsync(PlantedLog.Input);

        Assert.Equal(new(1, 0, 1, 0, 0, 0, 0), (await log.VerifyAsync()).Report);
        var asked = await log.VerifyAsync(new(Topic: PlantedLog.Input, From: new Dictionary<int, long> { [0] = 0 }));
        Assert.Equal(new(5, 0, 5, 0, 0, 0, 0), asked.Report);
    }

    [Fact]
    public async Task A_range_of_one_topic_excludes_the_rest()
    {
        await using var log = await PlantedLog.OpenAsync();
        await log.CommitTextsAsync(0, 10);
        await log.PredictAsync(0, 4);
        await log.PredictAsync(0, 8);

        var range = new VerificationRequest(
            Topic: PlantedLog.Input,
            From: new Dictionary<int, long> { [0] = 4 },
            To: new Dictionary<int, long> { [0] = 6 });
        var (report, _) = await log.VerifyAsync(range);

        Assert.Equal(new(2, 1, 0, 0, Missing: 1, Duplicated: 0, Unverifiable: 0), report);
    }

    [Fact]
    public async Task A_duplicated_event_of_Training_or_Monitoring_is_reported()
    {
        await using var log = await PlantedLog.OpenAsync();
        var (alert, training) = (Some.Alert("a"), Some.Training("default-v2", "default-v1"));
        foreach (var _ in (int[])[1, 2])
        {
            await log.AppendAsync(Topics.Models, 0, training);
            await log.AppendAsync(Topics.Alerts, 0, alert);
            await log.AppendAsync(Topics.Alerts, 0, Some.Resolution(alert));
            await log.AppendAsync(Topics.Trends, 0, Some.Trend(3));
        }
        await log.AppendAsync(Topics.Trends, 0, Some.Trend(3, revision: 1));
        await log.AppendAsync(Topics.Alerts, 0, Some.Alert("b"));

        var (report, findings) = await log.VerifyAsync();

        Assert.Equal((10, 4), (report.Events, report.EventsDuplicated));
        Assert.All(findings, static finding => Assert.Equal(FindingKinds.EventDuplicated, finding.Kind));
        Assert.Contains(findings, static finding => finding.Id == "default/default-v2");
    }

    [Theory]
    [InlineData("none", null, "financial-news, support-chat")]
    [InlineData(null, "none", "texts.interactive")]
    public async Task An_unknown_pipeline_or_topic_is_rejected_with_the_known_ones(string? pipeline, string? topic, string exists)
    {
        await using var log = await PlantedLog.OpenAsync();

        var refusal = await Assert.ThrowsAsync<VerificationException>(() => log.VerifyAsync(new(pipeline, topic)));

        Assert.Contains(exists, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_count_equals_a_count_by_hand()
    {
        var outcome = Gen.Select(
            Gen.Int[0, PlantedLog.Partitions - 1],
            Gen.Int[0, 9],
            Gen.Int[0, 3],
            static (partition, offset, kind) => (partition, offset, kind));
        await outcome.Array[0, 40].SampleAsync(static async outcomes =>
        {
            await using var log = await PlantedLog.OpenAsync();
            await log.CommitTextsAsync(0, 8);
            await log.CommitTextsAsync(1, 6);
            await log.AppendTextsAsync(1, 2);
            foreach (var (partition, offset, kind) in outcomes)
            {
                await (kind switch
                {
                    0 => log.DeadLetterAsync(partition, offset),
                    1 => log.PredictAsync(partition, offset, routed: true),
                    2 => log.CopyAsync(partition, offset),
                    _ => log.PredictAsync(partition, offset, output: 1),
                });
            }

            var (report, _) = await log.VerifyAsync();

            var committed = Enumerable.Range(0, 8).Select(static offset => (0, offset))
                .Concat(Enumerable.Range(0, 6).Select(static offset => (1, offset)))
                .ToList();
            int Count((int, int) text, params int[] kinds)
                => outcomes.Count(o => (o.partition, o.offset) == text && kinds.Contains(o.kind));
            Assert.Equal(committed.Count, report.Checked);
            Assert.Equal(committed.Count(text => Count(text, 0, 1, 3) == 0), report.Missing);
            Assert.Equal(committed.Count(text => Count(text, 0, 1, 3) > 1), report.Duplicated);
            Assert.Equal(committed.Count(text => Count(text, 1, 3) > 0), report.Predicted);
            Assert.Equal(committed.Count(text => Count(text, 1, 3) == 0 && Count(text, 0) > 0), report.DeadLettered);
            Assert.Equal(committed.Count(text => Count(text, 1) > 0), report.Copies);
            Assert.Equal(committed.Count(text => Count(text, 1) > 0 && Count(text, 2) == 0), report.CopiesMissing);
            Assert.Equal(
                committed.Where(text => committed.Any(t => Count(t, 1) > 0)).Sum(text => Math.Max(0, Count(text, 2) - 1)),
                report.CopiesDuplicated);
            Assert.Equal(2, report.InFlight);
        }, iter: 25, threads: 1);
    }
}
