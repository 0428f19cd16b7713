using StreamBert.Cli.Models;
using StreamBert.Contracts;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Writes model packages to a full disk: no partial package is served or listed, and the work succeeds when there is space.
/// </summary>
public sealed class TrainingOnAFullDiskTests
{
    [Fact]
    public async Task A_training_run_is_retried_until_its_candidate_fits_on_the_disk_and_readiness_reports_the_reason()
    {
        using var disk = SmallDisk.Mount(8);
        await using var bench = await TrainingBench.CreateAsync();
        bench.KeepModelsIn(disk["models"]);
        bench.Directories.FindShipped("default");
        bench.Options.RetryDelay = TimeSpan.FromMilliseconds(200);
        disk.Fill();
        await bench.GiveFeedbackAsync(200);

        await using var trainer = await RunningService.StartAsync(bench.CreateTrainer());
        while (bench.Readiness.Degradations.Count == 0)
            await Task.Delay(20, TrainingBench.Cancellation);
        Assert.Equal("training", Assert.Single(bench.Readiness.Degradations).Component);
        disk.Free();

        var promoted = Assert.IsType<ModelPromoted>((await bench.ModelEventsAsync(3))[2]);
        Assert.Equal("default-v2", promoted.Version);
        Assert.Empty(bench.Readiness.Degradations);
    }

    [Fact]
    public void An_import_that_does_not_fit_leaves_no_version_and_works_when_there_is_space()
    {
        using var disk = SmallDisk.Mount(2);
        var source = Directory.CreateDirectory(disk["source"]).FullName;
        TinyModel.Save(source, "mine-v0");
        var registry = new StreamBert.Training.Registry.ModelDirectory(disk["models"], disk["shipped"]);
        Directory.CreateDirectory(disk["models"]);
        disk.Fill();

        Assert.ThrowsAny<IOException>(() => new PackageImport(registry).Run(source, "mine", null, null));
        Assert.Empty(registry.ListVersions());
        disk.Free();

        Assert.True(new PackageImport(registry).Run(source, "mine", null, null).IsNew);
        Assert.Single(registry.ListVersions());
    }
}
