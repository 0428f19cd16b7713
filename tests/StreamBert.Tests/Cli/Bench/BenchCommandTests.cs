using System.Text.Json;
using StreamBert.Tests.Cli.CommandLine;

namespace StreamBert.Tests.Cli.Bench;

/// <summary>That each benchmark runs through and prints its figures; never how large they are.</summary>
[Collection(nameof(ArgumentTests))]
public sealed class BenchCommandTests
{
    [Fact]
    public async Task Inference_gives_a_row_for_each_encoder_and_dtype()
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
    public async Task Pipeline_gives_its_share_of_the_bare_engine_and_the_waits_of_interactive_texts()
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
    public async Task Soak_gives_the_memory_at_ten_places()
    {
        var figures = await FiguresAsync("bench", "soak", "--shape", "1x64", "--texts", "320", "--json");

        Assert.Equal(10, figures.GetProperty("memory").GetArrayLength());
        Assert.Equal(320, figures.GetProperty("memory").EnumerateArray().Last().GetProperty("texts").GetInt64());
    }

    [Theory]
    [InlineData("inference", "--shapes", "384")]
    [InlineData("pipeline", "--shape", "0x64")]
    [InlineData("soak", "--dtype", "float8")]
    public async Task What_cannot_be_measured_is_refused(string bench, string option, string value)
    {
        var ran = await RanCommand.OfAsync("bench", bench, option, value);

        Assert.Equal(2, ran.Code);
        Assert.Contains(value, ran.Error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> FiguresAsync(params string[] arguments)
    {
        var ran = await RanCommand.OfAsync(arguments);
        Assert.True(ran.Code == 0, ran.Error);
        return JsonDocument.Parse(ran.Out).RootElement;
    }
}
