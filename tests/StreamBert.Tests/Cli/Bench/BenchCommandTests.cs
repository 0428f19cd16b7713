using System.Text.Json;

namespace StreamBert.Tests.Cli.Bench;

/// <summary>Checks that each benchmark completes and prints its figures, not their values.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class BenchCommandTests
{
    [Fact]
    public async Task Inference_prints_a_row_for_each_encoder_and_precision()
    {
        var rows = await FiguresAsync(
            "bench",
            "inference",
            "--shapes",
            "1x64",
            "2x64",
            "--dtype",
            "float32",
            "int8",
            "--rounds",
            "1",
            "--seconds",
            "0.05",
            "--json");

        Assert.Equal([("1x64", "float32"), ("1x64", "int8"), ("2x64", "float32"), ("2x64", "int8")],
            rows.GetProperty("rows").EnumerateArray()
                .Select(static row => (row.GetProperty("encoder").GetString()!, row.GetProperty("dtype").GetString()!)));
        Assert.All(
            rows.GetProperty("rows").EnumerateArray(),
            static row => Assert.True(row.GetProperty("textsPerSecond").GetDouble() > 0 && row.GetProperty("shareOfGemm").GetDouble() > 0));
    }

    [Fact]
    public async Task Pipeline_prints_its_share_of_the_bare_engine_and_the_latencies_of_interactive_texts()
    {
        var figures = await FiguresAsync(
            "bench",
            "pipeline",
            "--shape",
            "1x64",
            "--texts",
            "2000",
            "--rounds",
            "1",
            "--probes",
            "5",
            "--seconds",
            "0.1",
            "--json");

        Assert.True(figures.GetProperty("share").GetDouble() > 0);
        Assert.Equal(5, figures.GetProperty("interactiveTexts").GetInt32());
        Assert.True(figures.GetProperty("interactiveP99Ms").GetDouble() > 0);
    }

    [Fact]
    public async Task Soak_prints_ten_memory_samples()
    {
        var figures = await FiguresAsync("bench", "soak", "--shape", "1x64", "--texts", "320", "--json");

        Assert.Equal(10, figures.GetProperty("memory").GetArrayLength());
        Assert.Equal(320, figures.GetProperty("memory").EnumerateArray().Last().GetProperty("texts").GetInt64());
    }

    [Theory]
    [InlineData("inference", "--shapes", "384")]
    [InlineData("pipeline", "--shape", "0x64")]
    [InlineData("soak", "--dtype", "float8")]
    public async Task Invalid_options_are_refused(string bench, string option, string value)
    {
        var run = await CommandRun.RunAsync("bench", bench, option, value);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(value, run.Error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> FiguresAsync(params string[] arguments)
    {
        var run = await CommandRun.RunAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Out).RootElement;
    }
}
