using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Training;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Training.Registry;

public sealed class FirstImportPromoterTests
{
    [Fact]
    public async Task The_first_version_of_a_model_that_pipelines_wait_for_is_promoted_and_no_later_one()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var failures = new List<Exception>();
        var promoter = new ModelPromoter(bench.Log, bench.Directories, TimeProvider.System);
        var imports = new FirstImportPromoter(
            bench.Log,
            bench.Pipelines,
            bench.Registry,
            promoter,
            Options.Create(new TrainingOptions()),
            TimeProvider.System,
            new ErrorCallbackLogger<FirstImportPromoter>(failures.Add));

        Assert.False(await imports.TryPromoteAsync("mine", TrainingBench.Cancellation));
        Register(bench, "one");
        Assert.True(await imports.TryPromoteAsync("mine", TrainingBench.Cancellation));
        Register(bench, "two");
        Assert.True(await imports.TryPromoteAsync("mine", TrainingBench.Cancellation));

        var history = await ModelHistory.ReadAsync(bench.Log, "mine", TrainingBench.Cancellation);
        Assert.Equal("one", Assert.Single(history.Served).Version);
        Assert.Empty(failures);
    }

    private static void Register(TrainingBench bench, string version)
    {
        TinyModel.Save(bench.Directories.Begin("mine", version), version);
        bench.Directories.Complete("mine", version);
    }
}
