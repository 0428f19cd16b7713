using Microsoft.Extensions.Logging;

namespace StreamBert.Tests.Training;

/// <summary>
/// Writes to the output of the test and passes every error to a callback, so that a test fails at once instead of waiting.
/// </summary>
internal sealed class ErrorCallbackLogger<T>(Action<Exception> failed) : ILogger<T>
{
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        _output?.WriteLine($"{logLevel}: {formatter(state, exception)} {exception}");
        if (logLevel >= LogLevel.Error)
            failed(exception ?? new InvalidOperationException(formatter(state, exception)));
    }
}
