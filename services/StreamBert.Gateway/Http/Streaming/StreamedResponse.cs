using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Security.Sessions;

namespace StreamBert.Gateway.Http.Streaming;

/// <summary>
/// Writes a response while it is produced. The headers are set once, before the first part; each part is written completely or not at
/// all; and a response that fails
/// ends with a part that says so, so that no client takes an incomplete response for a complete one. A failure before the first part
/// becomes a normal problem
/// document.
/// </summary>
internal sealed class StreamedResponse
{
    /// <summary>The time that a client may take to read the last part of a failed response.</summary>
    private static readonly TimeSpan FailureTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The number of bytes that are buffered before they are sent, unless a part is flushed.</summary>
    private const int BufferedBytes = 16 * 1024;

    private readonly HttpContext _context;
    private readonly StreamFormat _format;
    private readonly JsonSerializerOptions _json;
    private bool _hasStarted;
    private int _buffered;

    private StreamedResponse(HttpContext context, StreamFormat format) => (_context, _format, _json) =
        (context, format, context.RequestServices.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value
            .SerializerOptions);

    /// <summary>Writes a response.</summary>
    /// <param name="produce">Writes the parts. It is cancelled when the client disconnects, when the host stops, and when the credential
    /// ends.</param>
    public static async Task WriteAsync(HttpContext context, StreamFormat format, Func<StreamedResponse, CancellationToken, Task> produce)
    {
        var response = new StreamedResponse(context, format);
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var credential = context.RequestServices.GetRequiredService<CredentialLifetime>().Watch(context.User);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping, credential.Ended);
        try
        {
            await produce(response, end.Token);
            await response.FlushAsync(end.Token);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
        }
        catch (Exception e) when (response._hasStarted || end.IsCancellationRequested)
        {
            await response.FailAsync(GetReason(e, stopping, credential.Ended));
        }
    }

    /// <summary>Writes one part.</summary>
    /// <param name="flush">Whether the part is sent immediately instead of together with later parts.</param>
    public ValueTask WriteAsync(ReadOnlySpan<byte> part, bool flush, CancellationToken cancellation)
    {
        Start();
        _context.Response.BodyWriter.Write(part);
        _buffered += part.Length;
        return flush || _buffered >= BufferedBytes ? FlushAsync(cancellation) : ValueTask.CompletedTask;
    }

    /// <summary>Serializes a value in the JSON format of the API.</summary>
    public byte[] Serialize(object value) => JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), _json);

    private void Start()
    {
        if (_hasStarted) return;
        _hasStarted = true;
        var response = _context.Response;
        response.ContentType = _format.MediaType;
        response.Headers.CacheControl = "no-store";
        if (_format.FileName is { } name)
            response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = name }.ToString();
        response.Headers["X-Accel-Buffering"] = "no"; // nginx must not buffer the response.
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        _buffered = 0;
        var flushed = await _context.Response.BodyWriter.FlushAsync(cancellation);
        if (flushed.IsCompleted) cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Gets the reason of the end: the stop of the host and the end of the credential replace the cancellation that they cause.
    /// </summary>
    private static Exception GetReason(Exception failure, CancellationToken stopping, CancellationToken credential) =>
        failure is not OperationCanceledException ? failure
        : stopping.IsCancellationRequested ? ApiException.Stopping()
        : credential.IsCancellationRequested ? ApiException.CredentialEnded()
        : failure;

    private async Task FailAsync(Exception failure)
    {
        var problem = _context.RequestServices.GetRequiredService<ExceptionHandler>().CreateProblem(_context, failure);
        if (!_hasStarted)
        {
            await ProblemResponses.WriteAsync(_context, problem);
            return;
        }
        if (_format.EndsAbruptly)
        {
            _context.Abort();
            return;
        }
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_context.RequestAborted);
        timeout.CancelAfter(FailureTimeout);
        try
        {
            await WriteAsync([.. _format.FailurePrefix, .. Serialize(problem), .. _format.FailureSuffix], flush: true, timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _context.Abort(); // The client then sees a truncated response, not a complete one.
        }
    }
}
