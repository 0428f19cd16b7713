using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Training.Registry;

public sealed class ModelDirectoryTests
{
    [Fact]
    public async Task A_partial_version_of_an_interrupted_run_is_replaced()
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
    public async Task The_shipped_package_is_copied_into_the_registry_so_that_a_rollback_can_name_it()
    {
        await using var bench = await TrainingBench.CreateAsync();

        var shipped = bench.Directories.GetShipped("default");

        Assert.Equal(new("default-v1", "default/default-v1"), shipped);
        using var model = TextClassifier.Load(bench.Directories.Resolve(shipped.Directory));
        Assert.Equal("default-v1", model.Version);
    }

    [Fact]
    public async Task The_error_names_a_model_that_neither_ships_nor_was_promoted()
    {
        await using var bench = await TrainingBench.CreateAsync();

        var error = Assert.Throws<ModelPackageException>(() => bench.Directories.GetShipped("unknown"));

        Assert.Contains("'unknown'", error.Message, StringComparison.Ordinal);
    }
}
