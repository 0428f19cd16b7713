using StreamBert.Training.Registry;

namespace StreamBert.Tests.Training.Registry;

public sealed class ShippedModelAnnouncerTests
{
    [Fact]
    public async Task A_shipped_package_is_announced_once_and_not_promoted()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var shipped = Directory.CreateTempSubdirectory("streambert-shipped-");
        TinyModel.Save(
            Path.Combine(shipped.FullName, "default"),
            "default-v1",
            StreamBert.Model.Evaluation.ReportBuilder.Build("sentiment", "test", TinyModel.Sentiments, []));
        var announcer = new ShippedModelAnnouncer(bench.Log, bench.Pipelines, new("unused", shipped.FullName), TimeProvider.System);

        await announcer.AnnounceAsync(TrainingBench.Cancellation);
        await announcer.AnnounceAsync(TrainingBench.Cancellation);

        var history = await ModelHistory.ReadAsync(bench.Log, "default", TrainingBench.Cancellation);
        var announced = Assert.Single(history.Trained);
        Assert.Equal("default-v1", announced.Version);
        Assert.Equal(TinyModel.Sentiments, announced.Labels!["sentiment"]);
        Assert.Empty(history.Served);
        shipped.Delete(recursive: true);
    }
}
