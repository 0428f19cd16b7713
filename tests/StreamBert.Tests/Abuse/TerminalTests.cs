using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Operations.DeadLetters;
using StreamBert.Streaming.Hosting.Logging;
using StreamBert.Tests.Cli;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Checks that texts, labels, keys, file names and server responses can neither control the terminal nor imitate a line of the program.
/// </summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class TerminalTests
{
    private static readonly int Inputs = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 20_000 : 500;

    [Theory]
    [InlineData("\e[2J", "\\u001b[2J")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("a\u202eb", "a\\u202eb")]
    [InlineData("a\u200bb\ufeff", "a\\u200bb\\ufeff")]
    [InlineData("\u2028\u2029", "\\u2028\\u2029")]
    [InlineData("\U000e0041", "\\udb40\\udc41")]
    [InlineData("a\rb\nc", "a\\u000db\\u000ac")]
    [InlineData("Öl fällt 📉 油价", "Öl fällt 📉 油价")]
    public void Control_and_invisible_characters_are_escaped(string text, string shown) =>
        Assert.Equal(shown, VisibleText.EscapeLine(text));

    [Fact]
    public void A_lone_surrogate_is_shown_as_its_escape() => Assert.Equal("a\\ud800b\\udc00", VisibleText.EscapeLine("a\ud800b\udc00"));

    [Fact]
    public void The_writer_escapes_text_regardless_of_how_it_is_split()
    {
        var random = new Random(1);
        for (var i = 0; i < Inputs; i++)
        {
            var text = HostileText.Of(random);
            using var whole = new StringWriter();
            using var single = new StringWriter();
            using (var writer = new VisibleTextWriter(whole))
                writer.WriteLine(text);
            using (var writer = new VisibleTextWriter(single))
            {
                foreach (var c in text)
                    writer.Write(c);
            }

            HostileText.AssertSafe(whole.ToString());
            HostileText.AssertSafe(single.ToString());
            Assert.All(
                whole.ToString().TrimEnd('\n').Split('\n').Skip(1),
                static line => Assert.StartsWith("  ", line, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Escaping_does_not_change_the_value_of_a_JSON_line()
    {
        var random = new Random(2);
        for (var i = 0; i < Inputs; i++)
        {
            var text = string.Concat(HostileText.Of(random).EnumerateRunes());
            using var output = new StringWriter();
            using (var writer = new VisibleTextWriter(output))
                writer.WriteLine(Wire.ToJson(new AuditEntry { At = default, Actor = text, Action = "a" }));

            HostileText.AssertSafe(output.ToString());
            Assert.Equal(text, JsonSerializer.Deserialize<AuditEntry>(output.ToString(), Wire.Options)!.Actor);
        }
    }

    [Fact]
    public void Titles_cells_and_captions_of_tables_are_escaped()
    {
        var random = new Random(3);
        for (var i = 0; i < Inputs / 5; i++)
        {
            using var output = new StringWriter();
            var table = Terminal.CreateTable(HostileText.Of(random), HostileText.Of(random), "#" + HostileText.Of(random));
            table.AddCells(HostileText.Of(random), HostileText.Of(random));
            table.AddCaption(HostileText.Of(random));

            var console = Terminal.CreateConsole(output);
            console.Profile.Capabilities.Ansi = false; // styles come from the program
            console.Write(table);

            HostileText.AssertSafe(output.ToString());
        }
    }

    [Fact]
    public void Text_outside_of_cells_is_escaped_too()
    {
        using var output = new StringWriter();

        Terminal.CreateConsole(output).Write(new Paragraph("a\e[2Jb\u202e"));

        Assert.Contains("a\\u001b[2Jb\\u202e", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_files_and_models_and_arguments_are_escaped()
    {
        string[][] commands =
        [
            ["classify", "--input"], ["classify", "text", "--model"], ["tokenize", "--input"],
            ["evaluate", "--head", "sentiment", "--data"], ["train", "--out", "o", "--data", "d", "--recipe"],
            ["models", "check"], ["models", "import"], ["status", "--api-key-file"], ["status", "--config"], ["topics", "--data"],
            ["up", "--port"], ["dead-letters", "show"], [],
        ];
        var random = new Random(4);
        foreach (var command in commands)
        {
            var run = await CommandRun.RunAsync([.. command, $"none{HostileText.Of(random).Replace("\0", "\e")}\e[2J\n2026: info"]);

            Assert.NotEqual(0, run.ExitCode);
            HostileText.AssertSafe(run.Error + run.Out);
            Assert.All(run.Error.TrimEnd('\n').Split('\n'), static line => Assert.Matches("^(streambert: |  |Try )", line));
        }
    }

    [Fact]
    public async Task The_response_of_a_hostile_server_is_escaped()
    {
        var random = new Random(5);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapGet(
            "/v1/dead-letters",
            () => Results.Text(JsonSerializer.Serialize(Page(random), JsonSerializerOptions.Web), "application/json"));
        server.MapFallback(() => Results.Text(HostileText.Of(random) + "\e[2J", "text/plain", statusCode: 500));
        await server.StartAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < Inputs / 50; i++)
        {
            foreach (var command in new string[][] {
                ["dead-letters", "list"],
                ["dead-letters", "list", "--json"],
                ["status"],
                ["status", "--json"],
                ["dead-letters", "show", "0/1"],
                ["verify"] })
            {
                var run = await CommandRun.RunAsync([.. command, "--url", server.Urls.Single()]);

                HostileText.AssertSafe(run.Error + run.Out);
                if (command is ["dead-letters", "list", "--json"])
                    Assert.NotNull(JsonSerializer.Deserialize<DeadLetterPage>(run.Out, JsonSerializerOptions.Web));
            }
        }

        await server.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_log_message_is_always_one_line()
    {
        var random = new Random(6);
        var lines = new List<string>();
        using var factory = new RateLimitedLoggerFactory(
            LoggerFactory.Create(logging => logging.AddProvider(new Lines(lines))),
            new FakeTimeProvider());
        for (var i = 0; i < Inputs; i++)
        {
            factory.CreateLogger("a").LogInformation(
                new InvalidOperationException(HostileText.Of(random)),
                "The text {Id} of {Source}",
                HostileText.Of(random),
                HostileText.Of(random));
        }

        Assert.Equal(Inputs, lines.Count);
        Assert.All(lines, static line => Assert.Equal(VisibleText.EscapeLine(line.Split('\u0001')[0]), line.Split('\u0001')[0]));
        Assert.All(lines, static line => HostileText.AssertSafe(line.Split('\u0001')[1]));
    }

    private static DeadLetterPage Page(Random random)
    {
        string Text() => string.Concat(HostileText.Of(random).EnumerateRunes());
        return new([new(Text(), new(Text(), 0, 1), Text(), Text(), Text(), default, 3, Text()) {
            HandledAt = default(DateTimeOffset),
            HandledBy = Text() }], 1, new Dictionary<string, long> { [Text()] = 1 }, Text(), 0);
    }

    private sealed class Lines(List<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Add($"{formatter(state, exception)}\u0001{exception}");

        public void Dispose()
        {
        }
    }
}
