using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Log.Kafka;

namespace StreamBert.Streaming.Hosting.Logging;

/// <summary>
/// Loggers that do not flood: while the brokers are away, clients, loops and requests all report it again and again. Warnings and errors, and what librdkafka reports unless it was asked for (<c>Kafka:Debug</c>), pass a
/// <see cref="RepeatLimiter"/>; what is held back is counted, and the count is written. In every line what would forge another one or steer a terminal is made visible.
/// </summary>
internal sealed class LimitedLoggerFactory : ILoggerFactory
{
    private static readonly TimeSpan CountInterval = TimeSpan.FromSeconds(5);
    private static readonly string Kafka = typeof(KafkaEventLog).FullName!;

    private readonly ILoggerFactory _inner;
    private readonly RepeatLimiter _limiter;
    private readonly ITimer _timer;

    public LimitedLoggerFactory(ILoggerFactory inner, TimeProvider time)
    {
        (_inner, _limiter) = (inner, new(time));
        _timer = time.CreateTimer(static factory => ((LimitedLoggerFactory)factory!).WriteCounts(all: false), this, CountInterval, CountInterval);
    }

    public ILogger CreateLogger(string categoryName) => new LimitedLogger(_inner.CreateLogger(categoryName), categoryName, _limiter);

    public void AddProvider(ILoggerProvider provider) => _inner.AddProvider(provider);

    /// <summary>Writes the counts that are left.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        WriteCounts(all: true);
        _inner.Dispose();
    }

    private void WriteCounts(bool all)
    {
        foreach (var (kind, text) in _limiter.Counts(all))
            _inner.CreateLogger(kind.Category).Log(kind.Level, kind.Event, VisibleText.Line(text), null, static (text, _) => text);
    }

    private sealed class LimitedLogger(ILogger inner, string category, RepeatLimiter limiter) : ILogger
    {
        private const string TemplateName = "{OriginalFormat}";

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(VisibleScope.Of(state));

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel))
                return;
            var limited = logLevel >= LogLevel.Warning || (category == Kafka && logLevel >= LogLevel.Information);
            if (!limited || limiter.Admits(new(category, logLevel, eventId, Template(state), exception?.GetType()), () => Text(formatter(state, exception), exception)))
                inner.Log(logLevel, eventId, state, VisibleException.Of(exception), (state, _) => VisibleText.Line(formatter(state, exception)));
        }

        private static string Text(string message, Exception? exception) => exception is null ? message : $"{message} ({exception.GetType().Name}: {exception.Message})";

        private static string Template<TState>(TState state) =>
            (state as IReadOnlyList<KeyValuePair<string, object?>>)?.LastOrDefault(static pair => pair.Key == TemplateName).Value as string ?? state?.ToString() ?? "";
    }
}
