using System.Net;
using Confluent.SchemaRegistry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Schemas;

/// <summary>
/// Converts Avro and Protobuf values to JSON with the schemas of a registry. It waits for an unavailable registry: a value that could be
/// decoded later never becomes a dead letter. Without a registry every record stays unchanged.
/// </summary>
public sealed class SchemaDecoder : IDisposable
{
    private const string ReadinessPart = "schema registry";
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    private readonly CachedSchemaRegistryClient? _client;
    private readonly AvroDecoder? _avro;
    private readonly ProtobufDecoder? _protobuf;
    private readonly string? _url;
    private readonly Readiness _readiness;
    private readonly TimeProvider _time;
    private readonly ILogger<SchemaDecoder> _logger;

    /// <summary>Creates the decoder.</summary>
    public SchemaDecoder(IOptions<SchemaRegistryOptions> options, Readiness readiness, TimeProvider time, ILogger<SchemaDecoder> logger)
    {
        (_readiness, _time, _logger) = (readiness, time, logger);
        if ((_url = options.Value.Url) is null)
            return;
        _client = options.Value.CreateClient();
        (_avro, _protobuf) = (new(_client), new(_client));
    }

    /// <summary>Decodes records, in order; completes when the registry has answered for all of them.</summary>
    public async Task<IReadOnlyList<DecodedRecord>> DecodeAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        var decoded = new DecodedRecord[records.Count];
        var unknown = new Dictionary<string, RecordFault>();
        for (var index = 0; index < decoded.Length; index++)
        {
            decoded[index] = _client is null || !NeedsSchema(records[index])
                ? new(records[index])
                : await DecodeAsync(records[index], unknown, cancellation);
        }

        return decoded;
    }

    /// <inheritdoc />
    public void Dispose() => _client?.Dispose();

    private static bool NeedsSchema(LogRecord record) => record.Value is { } value && !record.Headers.ContainsKey(RecordHeaders.Sealed)
        && SchemaFrame.NeedsSchema(record.Headers, value, RecordJson.Body(value).Span);

    /// <param name="record">The record.</param>
    /// <param name="unknown">The schemas that the registry did not know for earlier records of the same read.</param>
    /// <param name="cancellation">Cancels the call.</param>
    private async Task<DecodedRecord> DecodeAsync(LogRecord record, Dictionary<string, RecordFault> unknown, CancellationToken cancellation)
    {
        var id = SchemaFrame.Describe(record.Headers, record.Value!);
        if (unknown.TryGetValue(id, out var known))
            return new(record, known);
        try
        {
            return new(record with { Value = await RetryUntilAnsweredAsync(() => ToJsonAsync(record), cancellation) });
        }
        catch (SchemaRegistryException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return new(record, unknown[id] = new(DeadLetterReasons.SchemaUnknown,
                $"The schema registry at {_url} has no schema {id}: {e.Message}"));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Deserializers throw exceptions of any type for invalid bytes.
            return new(record, new(DeadLetterReasons.SchemaMismatch, $"The value cannot be read with the schema {id}: {e.Message}"));
        }
    }

    private async Task<byte[]> ToJsonAsync(LogRecord record)
    {
        var schema = await SchemaIdReader.FindAsync(_client!, record);
        return schema.SchemaType switch
        {
            SchemaType.Avro => await _avro!.ToJsonAsync(record),
            SchemaType.Protobuf => await _protobuf!.ToJsonAsync(record, schema),
            var other => throw new InvalidDataException($"it is of the kind '{other}', but the value is not JSON."),
        };
    }

    /// <summary>Repeats a request until the registry answers it, also with "not found".</summary>
    private async Task<T> RetryUntilAnsweredAsync<T>(Func<Task<T>> request, CancellationToken cancellation)
    {
        for (var (delay, attempt) = (FirstDelay, 1); ; delay = Min(2 * delay, MaxDelay), attempt++)
        {
            try
            {
                var answer = await request().WaitAsync(cancellation);
                if (attempt > 1)
                    _logger.LogInformation("The schema registry at {Url} is available again", _url);
                _readiness.MarkReady(ReadinessPart, "answers");
                return answer;
            }
            catch (Exception e) when (IsUnreachable(e))
            {
                cancellation.ThrowIfCancellationRequested();
                _readiness.MarkWaiting(ReadinessPart, $"{_url} does not answer: {e.Message}");
                _logger.LogWarning(
                    "The schema registry at {Url} is not available; retrying in {Seconds} s, and records that need it wait: {Reason}",
                    _url, delay.TotalSeconds, e.Message);
                await Task.Delay(delay, _time, cancellation);
            }
        }
    }

    /// <summary>
    /// Tells whether the registry gave no answer about the schema: no connection, a server error, rejected credentials.
    /// </summary>
    private static bool IsUnreachable(Exception e) => e switch
    {
        SchemaRegistryException answered => answered.Status != HttpStatusCode.NotFound,
        HttpRequestException or TaskCanceledException or TimeoutException => true,
        _ => false,
    };

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
