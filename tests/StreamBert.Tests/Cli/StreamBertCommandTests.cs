namespace StreamBert.Tests.Cli;

/// <summary>Checks that invalid input results in one message with a remedy, and in exit code 2.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class StreamBertCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-arguments-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("uup", "uup")]
    [InlineData("up --porto 1", "--porto")]
    [InlineData("up --port 99999", "--port 99999")]
    [InlineData("up --port x", "x")]
    [InlineData("up --host nowhere", "--host nowhere")]
    [InlineData("up --once", "--replay FILE")]
    [InlineData("up --pipeline financial-news", "--replay FILE")]
    [InlineData("up --replay none.csv --pipeline financial-news", "none.csv")]
    [InlineData("up --replay {csv}", "--pipeline NAME")]
    [InlineData("up --replay {csv} --pipeline p --loop --once", "choose one")]
    [InlineData("up --replay {csv} --pipeline p --no-simulator", "--no-simulator")]
    [InlineData("up --replay {csv} --pipeline p --rate fast", "--rate fast")]
    [InlineData("up --replay {csv} --pipeline p --rate 0", "--rate 0")]
    [InlineData("classify --input none.txt", "none.txt")]
    [InlineData("classify --model none text", "none")]
    [InlineData("classify --input {csv} text", "not both")]
    [InlineData("tokenize --input none.txt", "none.txt")]
    [InlineData("tokenize --model none text", "none")]
    [InlineData("tokenize --input {csv} text", "not both")]
    [InlineData("bench tokenizer --model none", "none")]
    [InlineData("bench tokenizer --input none.txt", "none.txt")]
    [InlineData("classify --template {} text", "--labels")]
    [InlineData("classify --labels a,b text", "entailment")]
    [InlineData("explain text", "--head")]
    [InlineData("explain --head mood text", "sentiment")]
    [InlineData("explain --head mood @a-text-and-no-file-of-arguments", "sentiment")]
    [InlineData("up --replay {csv} --pipeline p --separator ab", "'ab'")]
    [InlineData("up --replay {csv} --pipeline p --encoding klingon", "--encoding klingon")]
    [InlineData("up --replay {csv} --pipeline p --max-attributes 1001", "--max-attributes 1001")]
    [InlineData("up --restart", "--replay FILE")]
    [InlineData("explain --head sentiment --label glad text", "positive")]
    [InlineData("explain --head sentiment --steps 0 text", "--steps 0")]
    [InlineData("evaluate --head sentiment", "--data")]
    [InlineData("evaluate --data none.csv --head sentiment", "none.csv")]
    [InlineData("evaluate --data {csv} --head sentiment --label text --exclude-twins-of none.csv", "none.csv")]
    [InlineData("datasets check", "check")]
    [InlineData("datasets check none.csv", "none.csv")]
    [InlineData("datasets check {csv} --model none", "none")]
    [InlineData("datasets check {csv} --text title", "'title' (--text)")]
    [InlineData("datasets check {csv} --label class", "'class' (--label)")]
    [InlineData("datasets check {csv} --similarity 0.2", "--similarity 0.2")]
    [InlineData("datasets check {csv} {csv} {csv} {csv}", "test={csv}")]
    [InlineData("status --url nowhere", "nowhere")]
    [InlineData("keys new --name a", "--roles")]
    [InlineData("keys new --name a --roles root", "root")]
    [InlineData("status --api-key-file none", "none")]
    [InlineData("up --host 0.0.0.0 --port 0 --data {csv}.data", "streambert keys new")]
    [InlineData("topics --data none", "none")]
    [InlineData("topics --data a --kafka b", "not both")]
    [InlineData("dead-letters replay", "--all")]
    [InlineData("dead-letters replay --all --reason not-json", "--all")]
    [InlineData("dead-letters list --limit 0", "--limit 0")]
    [InlineData("alerts lst", "did you mean 'list'?")]
    [InlineData("alerts silence", "--alert ID")]
    [InlineData("alerts silence topic", "'topic'")]
    [InlineData("alerts silence topic=~( --for 1h", "regular expression")]
    public async Task Invalid_input_is_refused_with_its_name_and_exit_code_2(string arguments, string named)
    {
        var csv = Path.Combine(_directory, "a.csv");
        await File.WriteAllTextAsync(csv, "text\nx\n", TestContext.Current.CancellationToken);

        var run = await CommandRun.RunAsync(arguments.Replace("{csv}", csv, StringComparison.Ordinal).Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named.Replace("{csv}", csv, StringComparison.Ordinal), run.Error, StringComparison.Ordinal);
        Assert.StartsWith("streambert: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_connection_is_reported_with_the_command_to_start()
    {
        var run = await CommandRun.RunAsync("status", "--url", "http://127.0.0.1:9");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("streambert up", run.Error, StringComparison.Ordinal);
    }
}

/// <summary>Marks tests that redirect the console of the process and therefore run alone.</summary>
[CollectionDefinition(nameof(StreamBertCommandTests), DisableParallelization = true)]
public sealed class ConsoleTests;
