using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Live;
using StreamBert.Privacy;
using StreamBert.Streaming.Concurrency;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Interactive;

/// <summary>Asks workers, by way of the log, which tokens a model reads: the Gateway knows no model.</summary>
public sealed class TokenizationClient(
    IEventLog log,
    LiveStream stream,
    PrivacyFilter guard,
    IOptions<GatewayOptions> options,
    TimeProvider time) : IDisposable
{
    /// <summary>Characters of all texts of one request, and what one takes where every second begins a token.</summary>
    private const long MaxTextChars = 1024 * 1024;
    private const long PerChar = 64;

    private readonly ConcurrentDictionary<string, TaskCompletionSource<TokenizationCompleted>> _pending = new();
    private readonly ByteBudget _pendingBytes = new(options.Value.MaxPendingBytes);

    /// <summary>Answers all texts, in their order, or none.</summary>
    /// <exception cref="TextTooLargeException">A text is longer than the pipeline takes.</exception>
    /// <exception cref="ClassificationTimeoutException">No worker answered in time.</exception>
    /// <exception cref="TextRejectedException">The worker cannot tell; the message says why.</exception>
    /// <exception cref="OverloadedException">So many answers are awaited already.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written.</exception>
    public async Task<IReadOnlyList<TokenizedText>> AskAsync(
        PipelineOptions pipeline, IReadOnlyList<string> texts, bool withSpecialTokens, CancellationToken cancellation)
    {
        if (texts.Sum(static text => (long)text.Length) is var length && length > MaxTextChars)
            throw new TextTooLargeException($"The texts have {length:N0} characters together; {MaxTextChars:N0} may be asked about in one request, for each of their tokens is answered. Send them in several.");
        var most = options.Value.MaxPendingClassifications;
        if (_pending.Count + texts.Count > most)
        {
            throw new OverloadedException(
                $"{_pending.Count:N0} answers are awaited already, and no more than {most:N0} may be (Gateway:MaxPendingClassifications).", TimeSpan.FromSeconds(1));
        }

        var questions = texts.Select(
            (text, index) => Question(pipeline, text, texts.Count == 1 ? "inputs" : $"inputs[{index}]", withSpecialTokens)).ToList();
        var answers = questions.Select(question => _pending[question.Id] = new(TaskCreationOptions.RunContinuationsAsynchronously))
            .ToList();
        var bytes = PerChar * texts.Sum(static text => (long)text.Length);
        try
        {
            if (!_pendingBytes.TryAcquire(bytes))
            {
                bytes = 0;
                throw new OverloadedException($"The answers awaited already take as much memory as they may ({options.Value.MaxPendingBytes:N0} bytes, Gateway:MaxPendingBytes).", TimeSpan.FromSeconds(1));
            }
            var told = await AwaitAsync(questions, answers, cancellation);
            return [.. questions.Zip(told, static (question, answer) => new TokenizedText(question.Text, answer.Tokens
                ?? throw new TextRejectedException("cannot-tokenize", answer.Error ?? "The worker gave no tokens.")))];
        }
        finally
        {
            foreach (var question in questions) _pending.TryRemove(question.Id, out _);
            if (bytes > 0) _pendingBytes.Release(bytes);
        }
    }

    public void Dispose() => _pendingBytes.Dispose();

    /// <summary>Gives the awaiting caller, if there is one, its answer.</summary>
    internal void Observe(LoggedEvent logged)
    {
        if (logged.Event is TokenizationCompleted answer && _pending.TryGetValue(answer.Id, out var awaited)) awaited.TrySetResult(answer);
    }

    private async Task<TokenizationCompleted[]> AwaitAsync(
        List<TokenizationRequested> questions, List<TaskCompletionSource<TokenizationCompleted>> answers, CancellationToken cancellation)
    {
        var wait = options.Value.ClassifyDeadline;
        using var deadline = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            await stream.Started.WaitAsync(either.Token);
            await log.AppendAsync([.. questions.Select(question => Record(question, time.GetUtcNow()))], either.Token);
            return await Task.WhenAll(answers.Select(static answer => answer.Task)).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ClassificationTimeoutException([.. questions.Select(static question => question.Id)], wait);
        }
    }

    /// <summary>What a pipeline does not let be stored is not written into the question either.</summary>
    private TokenizationRequested Question(PipelineOptions pipeline, string text, string field, bool withSpecialTokens)
    {
        TextAppender.CheckSize(pipeline, text, field);
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString();
        return new()
        {
            Id = id,
            Pipeline = pipeline.Name,
            Text = guard.RedactForLog(pipeline, new() { Id = id, Text = text, OccurredAt = now }).Text,
            WithSpecialTokens = withSpecialTokens,
            Deadline = now + options.Value.ClassifyDeadline,
        };
    }

    private static NewRecord Record(TokenizationRequested question, DateTimeOffset now) =>
        EventRecord.Create(Topics.Tokenize, question.Id, question, now);
}
