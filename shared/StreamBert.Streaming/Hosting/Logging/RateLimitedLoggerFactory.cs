using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Log.Kafka;

namespace StreamBert.Streaming.Hosting.Logging;

/// <summary>
/// Creates loggers that limit repeated messages and mask secrets. While the brokers are unavailable, clients, loops and requests report it
/// repeatedly: warnings and errors, and what librdkafka reports unless it was requested (<c>Kafka:Debug</c>), pass a
/// <see cref="RepeatLimiter"/>; suppressed messages are counted, and the count is logged. What libraries report
/// of requests that strangers make is written at debug level (<see cref="DemotedCategories"/>). Keys and tokens are masked at every level,
/// and in every line
/// what would forge another one or steer a terminal is made visible.
/// </summary>
internal sealed class RateLimitedLoggerFactory : ILoggerFactory
{
    private static readonly TimeSpan CountInterval = TimeSpan.FromSeconds(5);
    private static readonly string Kafka = typeof(KafkaEventLog).FullName!;

    private readonly ILoggerFactory _inner;
    private readonly RepeatLimiter _limiter;
    private readonly SecretMask _mask;
    private readonly DemotedCategories _quiet;
    private readonly ITimer _timer;

    public RateLimitedLoggerFactory(ILoggerFactory inner, TimeProvider time, SecretMask? mask = null, DemotedCategories? quiet = null)
    {
        (_inner, _limiter, _mask, _quiet) = (inner, new(time), mask ?? new(), quiet ?? new());
        _timer = time.CreateTimer(
            static factory => ((RateLimitedLoggerFactory)factory!).WriteCounts(all: false),
            this,
            CountInterval,
            CountInterval);
    }

    public ILogger CreateLogger(string categoryName) => new RateLimitedLogger(_inner.CreateLogger(categoryName), categoryName, this);

    public void AddProvider(ILoggerProvider provider) => _inner.AddProvider(provider);

    /// <summary>Logs the remaining counts.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        WriteCounts(all: true);
        _inner.Dispose();
    }

    private void WriteCounts(bool all)
    {
        foreach (var (kind, text) in _limiter.TakeCounts(all))
        {
            _inner.CreateLogger(kind.Category)
                .Log(kind.Level, kind.Event, VisibleText.EscapeLine(_mask.Apply(text)), null, static (text, _) => text);
        }
    }

    private sealed class RateLimitedLogger(ILogger inner, string category, RateLimitedLoggerFactory factory) : ILogger
    {
        private const string TemplateName = "{OriginalFormat}";
        private readonly bool _isQuiet = factory._quiet.Contains(category);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull =>
            inner.BeginScope(MaskedState.Of(state, state.ToString() ?? "", factory._mask) is { } masked
                ? VisibleScope.Of(masked)
                : VisibleScope.Of(state));

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(Level(logLevel));

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            var level = Level(logLevel, eventId.Id);
            if (!inner.IsEnabled(level))
                return;
            var limited = level >= LogLevel.Warning || (category == Kafka && level >= LogLevel.Information);
            if (limited && !factory._limiter.ShouldWrite(
                new(category, level, eventId, Template(state), exception?.GetType()),
                () => Text(formatter(state, exception), exception)))
            {
                return;
            }

            var told = VisibleException.Of(MaskedException.Of(exception, factory._mask));
            if (MaskedState.Of(state, formatter(state, exception), factory._mask) is { } masked)
                inner.Log(level, eventId, masked, told, static (masked, _) => VisibleText.EscapeLine(masked.ToString()));
            else
                inner.Log(level, eventId, state, told, (state, _) => VisibleText.EscapeLine(formatter(state, exception)));
        }

        private LogLevel Level(LogLevel given, int eventId = 0) =>
            given is > LogLevel.Debug and not LogLevel.None && (_isQuiet || factory._quiet.Contains(category, eventId))
                ? LogLevel.Debug
                : given;

        private static string Text(string message, Exception? exception)
            => exception is null ? message : $"{message} ({exception.GetType().Name}: {exception.Message})";

        private static string Template<TState>(TState state) =>
            (state as IReadOnlyList<KeyValuePair<string, object?>>)?.LastOrDefault(static pair => pair.Key == TemplateName).Value as string
                ?? state?.ToString() ?? "";
    }
}
