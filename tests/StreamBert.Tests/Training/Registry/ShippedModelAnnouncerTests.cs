using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Model.Profiles;
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
        Assert.Empty(history.Profiled);
        shipped.Delete(recursive: true);
    }

    [Fact]
    public async Task The_profile_of_a_shipped_package_is_published_once_before_its_announcement()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var shipped = Directory.CreateTempSubdirectory("streambert-shipped-");
        var package = Path.Combine(shipped.FullName, "default");
        TinyModel.Save(package, "default-v1");
        using (var model = TextClassifier.Load(package))
            ModelPackage.WriteProfile(package, ProfileBuilder.Measure(model, ["rates rise", "profit falls"], "two texts"));
        var announcer = new ShippedModelAnnouncer(bench.Log, bench.Pipelines, new("unused", shipped.FullName), TimeProvider.System);

        await announcer.AnnounceAsync(TrainingBench.Cancellation);
        await announcer.AnnounceAsync(TrainingBench.Cancellation);

        var events = await bench.Log.ReadToEndAsync(Topics.Models, null, TrainingBench.Cancellation)
            .Select(static record => ModelHistory.ReadEvent(record)).ToListAsync(TrainingBench.Cancellation);
        Assert.Equal([typeof(ModelProfiled), typeof(ModelTrained)], events.Select(static e => e!.GetType()));
        var profiled = Assert.IsType<ModelProfiled>(events[0]);
        Assert.Equal(("default-v1", 2), (profiled.Version, profiled.Profile.Texts));
        shipped.Delete(recursive: true);
    }
}
