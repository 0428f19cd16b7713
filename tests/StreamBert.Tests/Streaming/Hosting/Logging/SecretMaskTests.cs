using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Streaming.Hosting.Logging;

namespace StreamBert.Tests.Streaming.Hosting.Logging;

/// <summary>No key and no token comes into the log, at any level, in any of the forms in which a message carries it.</summary>
public sealed class SecretMaskTests : ILoggerProvider
{
    private const string Key = "sb_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE";
    private const string Token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI0NzExIn0.c2lnbmF0dXJl";
    private readonly SecretMask _mask = new();
    private readonly List<string> _written = [];

    public SecretMaskTests() => _mask.Recognize(static text => text == "of-somebody-own-making-0123456789abc");

    [Theory]
    [InlineData("/v1/predictions/" + Key + "/x", "/v1/predictions/***/x")]
    [InlineData("?api_key=" + Key, "?api_key=***")]
    [InlineData("x" + Key, "x***")]
    [InlineData("Bearer " + Token, "Bearer ***")]
    [InlineData("/of-somebody-own-making-0123456789abc?", "/***?")]
    [InlineData("/%73b_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE", "/***")]
    [InlineData(
        "/v1/predictions/a-long-but-harmless-id-of-a-text-0123456789",
        "/v1/predictions/a-long-but-harmless-id-of-a-text-0123456789")]
    public void Keys_and_tokens_are_masked_and_nothing_else(string text, string masked) => Assert.Equal(masked, _mask.Apply(text));

    [Fact]
    public void Message_values_scope_and_exception_are_masked()
    {
        using var factory = new RateLimitedLoggerFactory(
            LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(this)),
            new FakeTimeProvider(),
            _mask);
        var logger = factory.CreateLogger("a");

        using (logger.BeginScope("Path:{Path}", $"/{Key}"))
        {
            foreach (var level in Enum.GetValues<LogLevel>().Where(static level => level != LogLevel.None))
                logger.Log(level, new InvalidOperationException($"no {Key}"), "GET {Path} failed", $"/{Key}");
        }

        Assert.Equal(7, _written.Count);
        Assert.All(_written, static line => Assert.DoesNotContain(Key, line, StringComparison.Ordinal));
        Assert.All(_written.Skip(1), static line => Assert.Equal(
            "GET /*** failed | Path=/*** {OriginalFormat}=GET {Path} failed | System.InvalidOperationException: no ***",
            line));
    }

    [Fact]
    public void Messages_that_anybody_can_cause_are_written_at_debug_level()
    {
        var quiet = new DemotedCategories();
        quiet.Add("Web.Antiforgery");
        using var factory = new RateLimitedLoggerFactory(
            LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(this)),
            new FakeTimeProvider(),
            _mask,
            quiet);

        factory.CreateLogger("Web.Antiforgery.Cookies").LogError("Somebody sent junk");
        factory.CreateLogger("Web.Other").LogError("The disk is full");

        Assert.Contains("The disk is full", Assert.Single(_written), StringComparison.Ordinal);
        Assert.False(factory.CreateLogger("Web.Antiforgery.Cookies").IsEnabled(LogLevel.Critical));
    }

    public ILogger CreateLogger(string categoryName) => new Writer(_written);

    public void Dispose() => GC.SuppressFinalize(this);

    private sealed class Writer(List<string> written) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            written.Add($"{state} | {Values(state)}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            written.Add($"{formatter(state, exception)} | {Values(state)}{(exception is null ? "" : $" | {exception}")}");

        private static string Values<TState>(TState state) =>
            state is IEnumerable<KeyValuePair<string, object?>> pairs
                ? string.Join(' ', pairs.Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}")))
                : "";
    }
}
