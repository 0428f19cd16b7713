using System.Text.Json;
using StreamBert.Model.Manifests;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Commands.Texts;

/// <summary>Evaluates tiny models with random weights: what they answer does not matter, only how it is counted.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public EvaluateCommandTests()
    {
        TinyPackage.Write(_folder["model"], "v1", "mood");
        TinyPackage.Write(_folder["tags"], "v1", Head("topics", HeadTask.MultiLabel, "x", "y", "z"));
        TinyPackage.Write(_folder["entities"], "v1", Head("entities", HeadTask.TokenClassification, "O", "B-PER", "I-PER"));
        var rows = Enumerable.Range(0, 90).Select(static i => $"{(char)('a' + i % 26)} {(char)('a' + i % 7)},"
            + $"{(i % 3 == 0 ? "negative" : "positive")},{(i % 2 == 0 ? "red" : "blue")}\n");
        File.WriteAllText(_folder["data.csv"], "text,label,team\n" + string.Concat(rows));
        File.WriteAllText(_folder["tags.csv"], "text,label\na,x|y\nb,\nc,z\n");
        File.WriteAllText(_folder["data.conll"], "Ann B-PER\nran O\n\nBo B-PER\n");
    }

    [Fact]
    public async Task The_report_is_printed_with_intervals_and_the_confusion_matrix()
    {
        var run = await EvaluateAsync("model", "data.csv", "mood");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("mood on data.csv, model v1", run.Out, StringComparison.Ordinal);
        Assert.Contains("              precision    recall  f1-score   support", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"accuracy +0\.\d{3} \(95 %: 0\.\d{3} to \d\.\d{3}\)", run.Out);
        Assert.Matches(@"macro-F1 +0\.\d{3} \(95 %: ", run.Out);
        Assert.Contains("confusion matrix", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calibration_coverage_and_latency_are_printed_on_request()
    {
        var run = await EvaluateAsync("model", "data.csv", "mood", "--calibration", "--latency");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"calibration error 0\.\d{3} \(at temperature 1: 0\.\d{3}\)", run.Out);
        Assert.Matches(@"above 0\.8 confidence: \d+ % of texts", run.Out);
        Assert.Contains("reliability diagram", run.Out, StringComparison.Ordinal);
        Assert.Contains("coverage for routing", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"latency +median \d+\.\d ms, .*\(90 texts one by one\)", run.Out);
    }

    /// <summary>A model that was trained on neither file leaks nothing, and its F is that of the gap and the opacity.</summary>
    [Fact]
    public async Task F_is_printed_with_groups_opacity_and_members()
    {
        var run = await EvaluateAsync(
            "model", "data.csv", "mood", "--group", "team", "--opacity", "--members", _folder["data.csv"], "--weights", "1,2,4", "--json");
        var json = JsonDocument.Parse(run.Out).RootElement.GetProperty("responsibility");
        var (delta, opacity) = (json.GetProperty("delta").GetProperty("value").GetDouble(), json.GetProperty("opacity"));

        Assert.Equal((90, 0), (opacity.GetProperty("texts").GetInt32(), json.GetProperty("theta").GetProperty("value").GetDouble()));
        Assert.Equal(
            delta + 2 * opacity.GetProperty("epsilon").GetProperty("value").GetDouble(), json.GetProperty("f").GetDouble(), 9);
    }

    [Fact]
    public async Task With_a_layout_only_the_report_is_printed()
    {
        var run = await EvaluateAsync("model", "data.csv", "mood", "--layout", "sklearn", "--digits", "4");

        Assert.StartsWith("              precision    recall  f1-score   support", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"weighted avg( +\d\.\d{4}){3} +90\n$", run.Out);
    }

    [Fact]
    public async Task Json_contains_report_intervals_confusion_slices_and_groups()
    {
        var run = await EvaluateAsync("model", "data.csv", "mood", "--json", "--slice", "team", "--group", "team");
        var json = JsonDocument.Parse(run.Out).RootElement;

        var (accuracy, interval) = (json.GetProperty("accuracy").GetDouble(), json.GetProperty("intervals").GetProperty("accuracy"));
        Assert.InRange(accuracy, interval.GetProperty("low").GetDouble(), interval.GetProperty("high").GetDouble());
        Assert.Equal(90, json.GetProperty("confusion").GetProperty("counts").EnumerateArray()
            .Sum(static row => row.EnumerateArray().Sum(static count => count.GetInt32())));
        Assert.Equal([45, 45], json.GetProperty("slices")[0].GetProperty("values").EnumerateArray()
            .Select(static value => value.GetProperty("count").GetInt32()));
        Assert.InRange(json.GetProperty("groups")[0].GetProperty("gap").GetProperty("pValue").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task Predictions_are_written_as_csv_and_as_json_lines()
    {
        await EvaluateAsync("model", "data.csv", "mood", "--predictions", _folder["out.csv"]);
        await EvaluateAsync("model", "data.csv", "mood", "--predictions", _folder["out.jsonl"]);

        var (csv, json) = (await ReadLinesAsync("out.csv"), await ReadLinesAsync("out.jsonl"));
        Assert.Equal("row,text,label,predicted,confidence,score.negative,score.neutral,score.positive", csv[0]);
        Assert.StartsWith("1,a a,negative,", csv[1], StringComparison.Ordinal);
        Assert.Equal((91, 90), (csv.Length, json.Length));
        var last = JsonDocument.Parse(json[^1]).RootElement;
        Assert.Equal((90, "positive"), (last.GetProperty("row").GetInt32(), last.GetProperty("label").GetString()));
        Assert.Equal(1, last.GetProperty("scores").EnumerateObject().Sum(static score => score.Value.GetDouble()), 4);
    }

    [Fact]
    public async Task The_words_of_an_entity_head_are_written_as_conlleval_reads_them()
    {
        var run = await EvaluateAsync("entities", "data.conll", "entities", "--predictions", _folder["out.conll"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("micro avg", run.Out, StringComparison.Ordinal);
        Assert.Matches("^Ann B-PER [OBI]", (await ReadLinesAsync("out.conll"))[0]);
    }

    [Fact]
    public async Task A_multi_label_head_is_scored_by_sets_of_labels()
    {
        var run = await EvaluateAsync("tags", "tags.csv", "topics");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(" samples avg", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"\n +x( +\d\.\d\d){3} +1\n +y( +\d\.\d\d){3} +1\n +z( +\d\.\d\d){3} +1\n", run.Out);
    }

    [Fact]
    public async Task A_model_does_not_differ_from_itself()
    {
        var run = await EvaluateAsync("model", "data.csv", "mood", "--compare", _folder["model"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("exact McNemar p = 1.000", run.Out, StringComparison.Ordinal);
        Assert.Contains("No difference in accuracy is shown", run.Out, StringComparison.Ordinal);
        Assert.Contains("No difference in macro-F1 is shown", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("requires a token-classification head", "--layout", "seqeval")]
    [InlineData("must be named .csv or .jsonl", "--predictions", "out.parquet")]
    [InlineData("three numbers", "--weights", "1,1")]
    [InlineData("has no column 'size'", "--slice", "size")]
    [InlineData("does not exist", "--compare", "nowhere")]
    public async Task Options_that_do_not_fit_are_refused(string reason, params string[] options)
    {
        var run = await EvaluateAsync("model", "data.csv", "mood", options);

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static HeadManifest[] Head(string name, string task, params string[] labels) =>
        [
            new()
            {
                Name = name,
                Labels = labels,
                Task = task,
                Pooling = task == HeadTask.TokenClassification ? Pooling.None : Pooling.Attention,
            },
        ];

    private Task<CommandRun> EvaluateAsync(string model, string data, string head, params string[] options) =>
        CommandRun.RunAsync(["evaluate", "--model", _folder[model], "--data", _folder[data], "--head", head, .. options]);

    private Task<string[]> ReadLinesAsync(string file) => File.ReadAllLinesAsync(_folder[file], TestContext.Current.CancellationToken);
}
