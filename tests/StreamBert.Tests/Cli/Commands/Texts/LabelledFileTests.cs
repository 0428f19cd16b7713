using StreamBert.Cli;
using StreamBert.Cli.Commands.Texts;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Commands.Texts;

[Collection(nameof(StreamBertCommandTests))]
public sealed class LabelledFileTests : IDisposable
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
    public void A_number_is_replaced_with_the_label_at_that_index(string written, string label) =>
        Assert.Equal(label, LabelledFile.ResolveLabel(written, Labels, Labels));

    [Fact]
    public void A_numeric_label_of_the_head_is_not_replaced() => Assert.Equal("1", LabelledFile.ResolveLabel("1", ["1", "0"], ["1", "0"]));

    [Fact]
    public void A_number_is_replaced_with_the_given_name() =>
        Assert.Equal("positive", LabelledFile.ResolveLabel("0", Labels, ["positive", "negative"]));

    [Fact]
    public async Task Numeric_labels_without_names_cause_a_warning()
    {
        var silent = await RunAsync("--labels", "positive,negative,neutral");
        var warned = await RunAsync();

        Assert.Equal((0, ""), (silent.ExitCode, silent.Error));
        Assert.Equal(0, warned.ExitCode);
        Assert.Contains("0 = negative, 1 = neutral, 2 = positive", warned.Error, StringComparison.Ordinal);
        Assert.Contains("--labels", warned.Error, StringComparison.Ordinal);
        Assert.Equal([("negative", 2L), ("neutral", 1L), ("positive", 1L)], Support(warned.Out));
        Assert.Equal([("negative", 1L), ("neutral", 1L), ("positive", 2L)], Support(silent.Out));
    }

    [Fact]
    public async Task A_name_that_is_not_a_label_of_the_head_is_refused()
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
    private async Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] options)
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
