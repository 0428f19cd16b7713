using StreamBert.Cli.CommandLine;

namespace StreamBert.Tests.Cli.CommandLine;

/// <summary>Wrong input ends in one message that says what, where and what to do, and in exit code 2.</summary>
[Collection(nameof(ArgumentTests))]
public sealed class ArgumentTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-arguments-").FullName;
    private readonly TextWriter _error = Console.Error;

    public void Dispose()
    {
        Console.SetError(_error);
        Directory.Delete(_directory, recursive: true);
    }

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
    [InlineData("status --url nowhere", "nowhere")]
    [InlineData("keys new --name a", "--roles")]
    [InlineData("keys new --name a --roles root", "root")]
    [InlineData("status --api-key-file none", "none")]
    [InlineData("up --host 0.0.0.0 --port 0 --data {csv}.data", "streambert keys new")]
    [InlineData("topics --data none", "none")]
    [InlineData("topics --data a --kafka b", "not both")]
    [InlineData("deadletter replay", "--all")]
    [InlineData("deadletter replay --all --reason not-json", "--all")]
    [InlineData("deadletter list --limit 0", "--limit 0")]
    public async Task Bad_input_is_refused_by_name_with_exit_code_2(string arguments, string named)
    {
        var csv = Path.Combine(_directory, "a.csv");
        await File.WriteAllTextAsync(csv, "text\nx\n", TestContext.Current.CancellationToken);

        var (code, error) = await RunAsync(arguments.Replace("{csv}", csv, StringComparison.Ordinal).Split(' '));

        Assert.Equal(2, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.StartsWith("streambert: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_at_the_address_is_a_failure_that_says_what_to_start()
    {
        var (code, error) = await RunAsync("status", "--url", "http://127.0.0.1:9");

        Assert.Equal(1, code);
        Assert.Contains("streambert up", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Error)> RunAsync(params string[] arguments)
    {
        using var error = new StringWriter();
        Console.SetError(error);
        return (await StreamBertCommand.RunAsync(arguments), error.ToString());
    }
}

/// <summary>Console.Error is the process's: these tests run alone.</summary>
[CollectionDefinition(nameof(ArgumentTests), DisableParallelization = true)]
public sealed class ArgumentTestsCollection;
