using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Commands;
using StreamBert.Tests.Cli.CommandLine;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Commands;

[Collection(nameof(ArgumentTests))]
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly (TextWriter Out, TextWriter Error) _console = (Console.Out, Console.Error);

    private static readonly string[] Labels = ["negative", "neutral", "positive"];

    [Theory]
    [InlineData("0", "negative")]
    [InlineData("2", "positive")]
    [InlineData("neutral", "neutral")]
    [InlineData("3", "3")]
    [InlineData("-1", "-1")]
    [InlineData("bullish", "bullish")]
    public void A_number_stands_for_the_label_at_its_place(string written, string label) =>
        Assert.Equal(label, EvaluateCommand.Named(written, Labels, Labels));

    [Fact]
    public void A_label_that_is_a_number_stays_itself() => Assert.Equal("1", EvaluateCommand.Named("1", ["1", "0"], ["1", "0"]));

    [Fact]
    public void A_number_stands_for_the_name_that_was_given_for_it() =>
        Assert.Equal("positive", EvaluateCommand.Named("0", Labels, ["positive", "negative"]));

    [Fact]
    public async Task Numbers_taken_in_the_heads_order_are_warned_of_and_named_ones_are_not()
    {
        var silent = await RunAsync("--labels", "positive,negative,neutral");
        var warned = await RunAsync();

        Assert.Equal((0, ""), (silent.Code, silent.Error));
        Assert.Equal(0, warned.Code);
        Assert.Contains("0 = negative, 1 = neutral, 2 = positive", warned.Error, StringComparison.Ordinal);
        Assert.Contains("--labels", warned.Error, StringComparison.Ordinal);
        Assert.Equal([("negative", 2L), ("neutral", 1L), ("positive", 1L)], Support(warned.Out));
        Assert.Equal([("negative", 1L), ("neutral", 1L), ("positive", 2L)], Support(silent.Out));
    }

    [Fact]
    public async Task A_name_the_head_does_not_know_is_refused()
    {
        var (code, _, error) = await RunAsync("--labels", "good,bad");

        Assert.Equal(2, code);
        Assert.Contains("'good'", error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Console.SetOut(_console.Out);
        Console.SetError(_console.Error);
        _folder.Dispose();
    }

    private static IEnumerable<(string Label, long Support)> Support(string json) =>
        StreamBert.Contracts.Wire.Deserialize<StreamBert.Contracts.ClassificationReport>(System.Text.Encoding.UTF8.GetBytes(json)).Classes
            .Select(static c => (c.Label, c.Support));

    /// <summary>Evaluates a tiny model on four texts with the labels 0, 0, 1 and 2.</summary>
    private async Task<(int Code, string Out, string Error)> RunAsync(params string[] options)
    {
        TinyPackage.Write(_folder["model"], "v1", "sentiment");
        await File.WriteAllTextAsync(_folder["data.csv"], "text,label\na,0\nb,0\nc,1\nd,2\n", TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var error = new StringWriter();
        Console.SetOut(output);
        Console.SetError(error);
        var code = await StreamBertCommand.RunAsync(
            ["evaluate", "--model", _folder["model"], "--data", _folder["data.csv"], "--head", "sentiment", "--json", .. options]);
        return (code, output.ToString(), error.ToString());
    }
}
