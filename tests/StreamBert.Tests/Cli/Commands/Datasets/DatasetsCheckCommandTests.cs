using System.IO.Compression;
using System.Text.Json;
using StreamBert.Tests.Inference.Serving;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Commands.Datasets;

/// <summary>
/// Runs <c>datasets check</c> like a user, on files whose twins are written down. The model reads lower-case letters, at most 62.
/// </summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class DatasetsCheckCommandTests : IDisposable
{
    private const string Train = "text,label\nalpha beta gamma,x\nomega,y\nalpha  beta gamma,x\n\" \",x\ndelta epsilon zeta,x\n";
    private static readonly string Test =
        $"text,label\nkappa,x\nALPHA BETA GAMMA,y\nOmega,y\ndelta epsilon zetas,x\n{new string('q', 70)},z\nlambda,\n";

    private readonly TempFolder _folder = new();

    public DatasetsCheckCommandTests()
    {
        TinyPackage.Write(_folder["model"], "v1", "sentiment");
        Write("train.csv", Train);
        Write("test.csv", Test);
        Write("other.csv", "text,label\nkappa,x\nlambda,y\n");
    }

    [Fact]
    public async Task Twins_and_near_duplicates_across_files_are_counted_with_their_rows()
    {
        var overlap = (await ReportAsync("train.csv", "test.csv")).GetProperty("overlaps")[0];

        Assert.Equal((6, 2, 1, 1), (Number(overlap, "rows"), Number(overlap, "twins"), Number(overlap, "otherLabel"),
            Number(overlap, "nearDuplicates")));
        Assert.Equal(
            ["2 = 1 True", "3 = 2 True", "4 = 5 False"],
            overlap.GetProperty("pairs").EnumerateArray().Select(static pair =>
                $"{Number(pair, "row")} = {Number(pair, "ofRow")} {pair.GetProperty("isTwin").GetBoolean()}"));
    }

    [Fact]
    public async Task Each_file_is_described()
    {
        var files = (await ReportAsync("train.csv", "test.csv")).GetProperty("files");

        Assert.Equal(("train", "validation"), (files[0].GetProperty("part").GetString(), files[1].GetProperty("part").GetString()));
        Assert.Equal((5, 1, 0), (Number(files[0], "rows"), Number(files[0], "repeated"), Number(files[0], "cut")));
        Assert.Equal((6, 0, 1), (Number(files[1], "rows"), Number(files[1], "repeated"), Number(files[1], "cut")));
        Assert.Equal([4], files[0].GetProperty("emptyRows").EnumerateArray().Select(static row => row.GetInt32()));
        Assert.Equal(1, Number(files[1], "unlabelled"));
        Assert.Equal("""{"x":4,"y":1}""", files[0].GetProperty("labels").GetRawText());
    }

    [Fact]
    public async Task Every_finding_is_a_warning_with_examples()
    {
        var run = await CheckAsync("train.csv", "test.csv");

        Assert.Equal(0, run.ExitCode);
        AssertWarns(
            run, "2 of 6 rows (33.3 %) are read identically to a row of", ", 1 of them with another label: row 2 = row 1; row 3 = row 2.");
        AssertWarns(run, "1 of 6 rows (16.7 %) are near-duplicates of a row of", ": row 4 = row 5.");
        AssertWarns(run, "1 texts have different labels, in 3 rows:", "train.csv row 1 'x'", "test.csv row 2 'y'");
        AssertWarns(run, "1 of 5 rows (20.0 %) have no token that the model reads: row 4.");
        AssertWarns(run, "1 of 6 rows (16.7 %) are longer than the model reads");
        AssertWarns(run, "1 of 6 rows (16.7 %) have no label.");
        AssertWarns(run, "the label 'z' is not in", "train.csv.");
        Assert.Equal(7, run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task More_examples_than_are_shown_are_counted()
    {
        Write("many.csv", "text,label\n" + string.Concat("abcdefgh".Select(static letter => $"{letter},x\n")));

        var run = await CheckAsync("many.csv", "many.csv");

        AssertWarns(run, "row 5 = row 5; … (--json lists all 8)");
    }

    [Fact]
    public async Task Rows_that_cannot_be_read_are_counted_and_shown()
    {
        Write("damaged.csv", "text,label\nalpha,x\nbeta\ngamma,x\n");

        var run = await CheckAsync("damaged.csv");

        Assert.Equal(0, run.ExitCode);
        AssertWarns(run, "1 invalid row: row 2 (line 3)");
    }

    [Theory]
    [InlineData(1, "train.csv", "test.csv")]
    [InlineData(0, "train.csv", "other.csv")]
    [InlineData(0, "train.csv")]
    [InlineData(0, "train=train.csv", "train=test.csv")]
    [InlineData(1, "test=train.csv", "validation=test.csv")]
    public async Task Strict_fails_if_a_twin_is_in_two_parts(int expected, params string[] files) =>
        Assert.Equal(expected, (await CheckAsync([.. files, "--strict"])).ExitCode);

    [Fact]
    public async Task The_same_rows_in_another_format_give_the_same_counts()
    {
        var lines = new[] { ("kappa", "x"), ("ALPHA BETA GAMMA", "y"), ("Omega", "y"), ("delta epsilon zetas", "x") }
            .Select(static row => JsonSerializer.Serialize(new { text = row.Item1, label = row.Item2 }));
        await using (var gzip = new GZipStream(File.Create(_folder["test.jsonl.gz"]), CompressionMode.Compress))
            await gzip.WriteAsync(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)), TestContext.Current.CancellationToken);

        var overlap = (await ReportAsync("train.csv", "test.jsonl.gz")).GetProperty("overlaps")[0];

        Assert.Equal((4, 2, 1), (Number(overlap, "rows"), Number(overlap, "twins"), Number(overlap, "nearDuplicates")));
    }

    [Fact]
    public async Task A_file_without_labels_is_checked_for_twins_only()
    {
        Write("texts.txt", "kappa\nomega\n");

        var run = await CheckAsync("train.csv", "texts.txt");

        AssertWarns(run, "1 of 2 rows (50.0 %) are read identically");
        AssertWarns(run, "texts.txt has no labels");
        Assert.DoesNotContain("is not in", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text,label\n", "contains no rows")]
    [InlineData("text,label\nalpha\n", "contains no readable row")]
    public async Task A_file_without_a_readable_row_is_refused(string content, string message)
    {
        Write("bad.csv", content);

        var run = await CheckAsync("bad.csv");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tables_have_a_row_for_each_file_and_label()
    {
        var run = await CheckAsync("train.csv", "test.csv");

        Assert.Contains("as v1 reads them (at most 64 tokens)", run.Out, StringComparison.Ordinal);
        Assert.Contains("33.3 %", run.Out, StringComparison.Ordinal);
        Assert.Contains("4 (80.0 %)", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_excludes_twins_of_the_training_file_and_reports_their_number()
    {
        Write("eval.csv", "text,label\nkappa,negative\nALPHA BETA GAMMA,positive\nOmega,neutral\n");
        string[] evaluate = ["evaluate", "--model", _folder["model"], "--data", _folder["eval.csv"], "--head", "sentiment", "--json"];

        var all = await CommandRun.RunAsync(evaluate);
        var clean = await CommandRun.RunAsync([.. evaluate, "--exclude-twins-of", _folder["train.csv"]]);
        var none = await CommandRun.RunAsync([.. evaluate, "--exclude-twins-of", _folder["eval.csv"]]);

        Assert.Equal((0, 0, 2), (all.ExitCode, clean.ExitCode, none.ExitCode));
        Assert.Contains("\"count\":3", all.Out, StringComparison.Ordinal);
        Assert.Contains("\"count\":1", clean.Out, StringComparison.Ordinal);
        Assert.Contains("eval.csv without twins of train.csv", clean.Out, StringComparison.Ordinal);
        Assert.Contains("2 of 3 texts of", clean.Error, StringComparison.Ordinal);
        Assert.Contains("none is left to evaluate on", none.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertWarns(CommandRun run, params string[] parts) => Assert.Contains(
        run.Error.Split('\n'),
        line => line.StartsWith("streambert: warning: ", StringComparison.Ordinal)
            && parts.All(part => line.Contains(part, StringComparison.Ordinal)));

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private async Task<JsonElement> ReportAsync(params string[] files) =>
        JsonDocument.Parse((await CheckAsync([.. files, "--json"])).Out).RootElement;

    private Task<CommandRun> CheckAsync(params string[] arguments) =>
        CommandRun.RunAsync(["datasets", "check", "--model", _folder["model"], .. arguments.Select(Resolve)]);

    private string Resolve(string argument)
    {
        var name = argument[(argument.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return File.Exists(_folder[name]) ? argument.Replace(name, _folder[name], StringComparison.Ordinal) : argument;
    }

    private void Write(string name, string content) => File.WriteAllText(_folder[name], content);
}
