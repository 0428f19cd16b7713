using System.Diagnostics;
using System.Text.Json.Nodes;
using StreamBert.Chaos.Processes;
using StreamBert.Model.Packages;
using StreamBert.Tests.Model;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Cli.Commands.Training;

/// <summary>
/// A training process that is killed (SIGKILL) at random steps and resumed ends like one that ran undisturbed. <c>STREAMBERT_FULL=1</c>
/// kills ten times instead of once.
/// </summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class KilledTrainingTests : IDisposable
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 10 : 1;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kills_change_neither_the_loss_nor_the_weights()
    {
        TinyModel.Save(_folder["base"], "base-v1");
        File.WriteAllLines(_folder["moods.csv"], ["text,label", .. Enumerable.Range(0, 1500).Select(static i =>
            $"the {(i % 3 == 0 ? "good" : "bad")} oil n{i / 100} n{i % 100},{(i % 3 == 0 ? "good" : "bad")}")]);
        var undisturbed = await TrainAsync("undisturbed");
        var random = new Random(Environment.ProcessId); // other steps in each run of the tests

        for (var kill = 0; kill < Kills; kill++)
        {
            // The first kill comes in any epoch but the last; the others within an epoch, whose beginning is where they resume.
            var percent = random.Next(1, kill == 0 ? 60 : 30);
            await KillAsync(kill, percent * MeasureEvents("undisturbed") / 100);
        }
        var resumed = await TrainAsync("killed", "--resume");

        Assert.Equal(ReadLosses(undisturbed), ReadLosses(resumed), static (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(ModelPackage.HashWeights(_folder["undisturbed"]), ModelPackage.HashWeights(_folder["killed"]));
    }

    private async Task<CommandRun> TrainAsync(string output, params string[] more)
    {
        var run = await CommandRun.RunAsync([.. CreateArguments(output), .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    /// <summary>Kills the process when its event file has a number of bytes: it grows by the same number in each step.</summary>
    private async Task KillAsync(int kill, long bytes)
    {
        var written = MeasureEvents("killed");
        string[] arguments = [.. CreateArguments("killed"), .. kill > 0 ? (string[])["--resume"] : []];
        using var process = Process.Start(BuiltProgram.CreateStartInfo(BuiltProgram.StreamBert, arguments))!;
        while (MeasureEvents("killed") - written < bytes && !process.HasExited)
            await Task.Delay(TimeSpan.FromMilliseconds(2), TestContext.Current.CancellationToken);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode != 0, "The training ended before the kill.");
    }

    private long MeasureEvents(string run)
    {
        var directory = new DirectoryInfo(_folder[$"events/{run}"]);
        return directory.Exists ? directory.EnumerateFiles().Sum(static file => file.Length) : 0;
    }

    private string[] CreateArguments(string output) =>
    [
        "train", "--data", _folder["moods.csv"], "--base", _folder["base"], "--out", _folder[output], "--epochs", "3", "--json",
        "--learning-rate", "0.01", "--batch-tokens", "128", "--threads", "1", "--log-dir", _folder[$"events/{output}"],
    ];

    private static IEnumerable<double> ReadLosses(CommandRun run) => JsonNode.Parse(run.Out)!["epochs"]!.AsArray()
        .SelectMany(static epoch => new[] { (double)epoch!["trainingLoss"]!, (double)epoch["validation"]!["loss"]! });
}
