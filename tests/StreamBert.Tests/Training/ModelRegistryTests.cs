using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Training;

public sealed class ModelRegistryTests
{
    [Fact]
    public async Task The_next_version_follows_the_highest_ever_given_even_if_it_was_rejected_or_rolled_back()
    {
        await using var bench = await TrainingBench.CreateAsync();
        await bench.AppendAsync(
            [Trained("default-v2"), Trained("default-v10"), Trained("other-v99") with { Model = "other" }],
            Topics.Models);

        var history = await ModelHistory.ReadAsync(bench.Log, "default", TrainingBench.Cancellation);

        Assert.Equal("default-v11", history.NextVersion("default", "default-v1"));
    }

    [Fact]
    public async Task What_a_killed_run_left_half_written_is_written_anew()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var partial = bench.Directories.Begin("default", "default-v2");
        Directory.CreateDirectory(partial);
        await File.WriteAllTextAsync(Path.Combine(partial, "model.safetensors"), "half", TrainingBench.Cancellation);

        TinyModel.Save(bench.Directories.Begin("default", "default-v2"), "default-v2");
        var package = bench.Directories.Complete("default", "default-v2");

        using var model = TextClassifier.Load(package);
        Assert.Equal("default-v2", model.Version);
        Assert.False(Directory.Exists(partial));
    }

    [Fact]
    public async Task The_shipped_package_is_in_the_registry_before_it_can_be_rolled_back_to()
    {
        await using var bench = await TrainingBench.CreateAsync();

        var shipped = bench.Directories.Shipped("default");

        Assert.Equal(new("default-v1", "default/default-v1"), shipped);
        using var model = TextClassifier.Load(bench.Directories.Resolve(shipped.Directory));
        Assert.Equal("default-v1", model.Version);
    }

    [Fact]
    public async Task A_model_that_neither_ships_nor_was_promoted_is_named_in_the_error()
    {
        await using var bench = await TrainingBench.CreateAsync();

        var error = Assert.Throws<ModelPackageException>(() => bench.Directories.Shipped("unknown"));

        Assert.Contains("'unknown'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_ships_with_reports_is_told_of_once_and_promotes_nothing()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var shipped = Directory.CreateTempSubdirectory("streambert-shipped-");
        TinyModel.Save(
            Path.Combine(shipped.FullName, "default"),
            "default-v1",
            StreamBert.Model.Evaluation.ReportBuilder.Build("sentiment", "test", TinyModel.Sentiments, []));
        var introduction = new Introduction(bench.Log, bench.Pipelines, new("unused", shipped.FullName), TimeProvider.System);

        await introduction.MakeAsync(TrainingBench.Cancellation);
        await introduction.MakeAsync(TrainingBench.Cancellation);

        var history = await ModelHistory.ReadAsync(bench.Log, "default", TrainingBench.Cancellation);
        var told = Assert.Single(history.Trained);
        Assert.Equal("default-v1", told.Version);
        Assert.Equal(TinyModel.Sentiments, told.Labels!["sentiment"]);
        Assert.Empty(history.Served);
        shipped.Delete(recursive: true);
    }

    private static ModelTrained Trained(string version) => new()
    {
        Model = "default",
        Version = version,
        TrainedAt = TrainingBench.Start,
        TrainingSeconds = 1,
        FeedbackCount = 1,
        ReplayCount = 1,
        Candidate = [],
        Accepted = false,
        Gates = [],
    };
}
