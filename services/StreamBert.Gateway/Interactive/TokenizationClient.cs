using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Live;
using StreamBert.Privacy;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Interactive;

/// <summary>Asks workers for the tokens of texts by way of the log, because the Gateway has no tokenizer.</summary>
public sealed class TokenizationClient : IDisposable
{
    /// <summary>The maximum number of characters of all texts of one request.</summary>
    private const long MaxTextLength = 1024 * 1024;

    /// <summary>The memory for each character, for texts in which every second character starts a token.</summary>
    private const long MemoryPerChar = 64;

    private readonly PrivacyFilter _privacy;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly PendingResponses<TokenizationCompleted> _responses;

    /// <summary>Creates the client.</summary>
    public TokenizationClient(IEventLog log, LiveEventHub hub, PrivacyFilter privacy, IOptions<GatewayOptions> options, TimeProvider time)
    {
        (_privacy, _timeout, _time) = (privacy, options.Value.ClassifyDeadline, time);
        _responses = new(log, hub, options.Value, time);
    }

    /// <summary>Tokenizes texts. Either all are answered, in their order, or the call fails.</summary>
    /// <exception cref="TextTooLargeException">A text is larger than the pipeline accepts, or the texts together are too large.</exception>
    /// <exception cref="ClassificationTimeoutException">No worker responded in time.</exception>
    /// <exception cref="TextRejectedException">The worker cannot tokenize a text.</exception>
    /// <exception cref="OverloadedException">A limit of pending responses is reached.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written.</exception>
    public async Task<IReadOnlyList<TokenizedText>> TokenizeAsync(
        PipelineOptions pipeline, IReadOnlyList<string> texts, bool withSpecialTokens, CancellationToken cancellation)
    {
        var length = texts.Sum(static text => (long)text.Length);
        if (length > MaxTextLength)
        {
            throw new TextTooLargeException(
                $"The texts have {length:N0} characters together; one request may have {MaxTextLength:N0}. Send them in several requests.");
        }
        var requests = texts.Select((text, index) =>
            CreateRequest(pipeline, text, texts.Count == 1 ? "inputs" : $"inputs[{index}]", withSpecialTokens)).ToList();
        var records = requests.ConvertAll(request => (request.Id, CreateRecord(request)));
        var responses = await _responses.RequestAsync(records, MemoryPerChar * length, _timeout, cancellation);
        return [.. requests.Zip(responses, static (request, response) => new TokenizedText(request.Text, GetTokens(response)))];
    }

    /// <inheritdoc/>
    public void Dispose() => _responses.Dispose();

    /// <summary>Passes a new response to the caller that waits for it.</summary>
    internal void Observe(LoggedEvent logged)
    {
        if (logged.Event is TokenizationCompleted completed)
            _responses.Complete(completed.Id, completed);
    }

    private static IReadOnlyList<TextToken> GetTokens(TokenizationCompleted response) =>
        response.Tokens ?? throw new TextRejectedException("cannot-tokenize", response.Error ?? "The worker returned no tokens.");

    /// <summary>Creates a request. It holds no more of the text than the privacy settings of the pipeline allow.</summary>
    private TokenizationRequested CreateRequest(PipelineOptions pipeline, string text, string field, bool withSpecialTokens)
    {
        TextAppender.CheckSize(pipeline, text, field);
        var now = _time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString();
        return new()
        {
            Id = id,
            Pipeline = pipeline.Name,
            Text = _privacy.RedactForLog(pipeline, new() { Id = id, Text = text, OccurredAt = now }).Text,
            WithSpecialTokens = withSpecialTokens,
            Deadline = now + _timeout,
        };
    }

    private NewRecord CreateRecord(TokenizationRequested request) =>
        EventRecord.Create(Topics.Tokenize, request.Id, request, _time.GetUtcNow());
}
