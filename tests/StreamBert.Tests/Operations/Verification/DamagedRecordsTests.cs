using StreamBert.Operations.Verification;

namespace StreamBert.Tests.Operations.Verification;

/// <summary>A verification reads every record of every topic, and names those that are not as they were written.</summary>
public sealed class DamagedRecordsTests
{
    [Fact]
    public async Task A_damaged_input_is_reported_with_its_position_although_its_outcome_exists()
    {
        await using var planted = await PlantedLog.OpenAsync();
        await planted.CommitTextsAsync(0, 3);
        for (var offset = 0; offset < 3; offset++)
            await planted.PredictAsync(0, offset);
        planted.DamageRecords("\"0-1\",\"text");

        var (report, findings) = await planted.VerifyAsync();

        var finding = Assert.Single(findings);
        Assert.Equal(
            (FindingKinds.Damaged, PlantedLog.Input, 0, 1L),
            (finding.Kind, finding.Origin!.Topic, finding.Origin.Partition, finding.Origin.Offset));
        Assert.Contains("checksum", finding.Detail, StringComparison.Ordinal);
        Assert.Equal((1, 3, false), (report.Damaged, report.Predicted, report.HasPassed));
        Assert.Equal(6, planted.Read);
    }

    [Fact]
    public async Task Damaged_files_are_reported_and_make_the_result_inconclusive()
    {
        await using var planted = await PlantedLog.OpenAsync();
        await planted.CommitTextsAsync(0, 3);
        for (var offset = 0; offset < 3; offset++)
            await planted.PredictAsync(0, offset);
        planted.HideRecords();

        var (report, findings) = await planted.VerifyAsync();

        Assert.Contains(
            findings,
            static f => f.Kind == FindingKinds.FilesDamaged && f.Detail.Contains("cannot be found", StringComparison.Ordinal));
        Assert.Equal((1, false), (report.FilesDamaged, report.HasPassed));
        Assert.NotNull(planted.Log.ReadFailure);
        Assert.Contains("damaged", report.Inconclusive, StringComparison.Ordinal);
    }
}
