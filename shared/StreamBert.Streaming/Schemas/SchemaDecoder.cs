using System.Net;
using Confluent.SchemaRegistry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Schemas;

/// <summary>Why a value cannot be read with its schema.</summary>
/// <param name="Reason">One of the <see cref="DeadLetterReasons"/>.</param>
/// <param name="Detail">In words, without the value.</param>
public sealed record SchemaFault(string Reason, string Detail);

/// <summary>A record as it is read: its value as JSON where it was Avro or Protobuf.</summary>
public sealed record DecodedRecord(LogRecord Record, SchemaFault? Fault = null);

/// <summary>
/// Turns values of Avro and Protobuf into JSON by the schemas of a registry. A registry that cannot be reached is waited for: nothing that
/// it would have made readable becomes a
/// dead letter. Without a registry every record stays as it is.
/// </summary>
public sealed class SchemaDecoder : IDisposable
{
    private const string Part = "schema registry";
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly CachedSchemaRegistryClient? _client;
    private readonly AvroValues? _avro;
    private readonly ProtobufValues? _protobuf;
    private readonly string? _url;
    private readonly Readiness _readiness;
    private readonly TimeProvider _time;
    private readonly ILogger<SchemaDecoder> _logger;

    public SchemaDecoder(IOptions<SchemaRegistryOptions> options, Readiness readiness, TimeProvider time, ILogger<SchemaDecoder> logger)
    {
        (_readiness, _time, _logger) = (readiness, time, logger);
        if ((_url = options.Value.Url) is null)
            return;
        _client = options.Value.CreateClient();
        (_avro, _protobuf) = (new(_client), new(_client));
    }

    /// <summary>The records in their order. Returns when the registry has answered for all of them.</summary>
    public async Task<IReadOnlyList<DecodedRecord>> DecodeAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        var decoded = new DecodedRecord[records.Count];
        var unknown = new Dictionary<string, SchemaFault>();
        for (var index = 0; index < decoded.Length; index++)
        {
            decoded[index] = _client is null || !NeedsSchema(records[index])
                ? new(records[index])
                : await DecodeAsync(records[index], unknown, cancellation);
        }

        return decoded;
    }

    public void Dispose() => _client?.Dispose();

    private static bool NeedsSchema(LogRecord record) => record.Value is { } value && !record.Headers.ContainsKey(RecordHeaders.Sealed)
        && SchemaFrame.NeedsSchema(record.Headers, value, RecordJson.Body(value).Span);

    /// <param name="unknown">Schemas that the registry did not know for an earlier record of the same read.</param>
    private async Task<DecodedRecord> DecodeAsync(LogRecord record, Dictionary<string, SchemaFault> unknown, CancellationToken cancellation)
    {
        var id = SchemaFrame.Describe(record.Headers, record.Value!);
        if (unknown.TryGetValue(id, out var known))
            return new(record, known);
        try
        {
            return new(record with { Value = await AskAsync(() => ToJsonAsync(record), cancellation) });
        }
        catch (SchemaRegistryException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return new(record, unknown[id] = new(DeadLetterReasons.SchemaUnknown, $"The schema registry at {_url} has no schema {id}: {e.Message}"));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Readers of foreign bytes throw whatever they run into.
            return new(record, new(DeadLetterReasons.SchemaMismatch, $"The value cannot be read with the schema {id}: {e.Message}"));
        }
    }

    private async Task<byte[]> ToJsonAsync(LogRecord record)
    {
        var schema = await SchemaIds.FindAsync(_client!, record);
        return schema.SchemaType switch
        {
            SchemaType.Avro => await _avro!.ToJsonAsync(record),
            SchemaType.Protobuf => await _protobuf!.ToJsonAsync(record, schema),
            var other => throw new InvalidDataException($"it is of the kind '{other}', but the value is not JSON."),
        };
    }

    /// <summary>Repeats a question until the registry answers it, if only with "not found".</summary>
    private async Task<T> AskAsync<T>(Func<Task<T>> question, CancellationToken cancellation)
    {
        for (var (delay, attempt) = (FirstDelay, 1); ; delay = Min(2 * delay, LongestDelay), attempt++)
        {
            try
            {
                var answer = await question().WaitAsync(cancellation);
                if (attempt > 1)
                    _logger.LogInformation("The schema registry at {Url} answers again", _url);
                _readiness.MarkReady(Part, "answers");
                return answer;
            }
            catch (Exception e) when (IsUnreachable(e))
            {
                cancellation.ThrowIfCancellationRequested();
                _readiness.MarkWaiting(Part, $"{_url} does not answer: {e.Message}");
                _logger.LogWarning("The schema registry at {Url} does not answer; asking again in {Seconds} s, and nothing that needs it is read before: {Reason}", _url, delay.TotalSeconds, e.Message);
                await Task.Delay(delay, _time, cancellation);
            }
        }
    }

    /// <summary>
    /// Anything but an answer about the schema: no connection, an error of the server, credentials that it does not accept (yet).
    /// </summary>
    private static bool IsUnreachable(Exception e) => e switch
    {
        SchemaRegistryException answered => answered.Status != HttpStatusCode.NotFound,
        HttpRequestException or TaskCanceledException or TimeoutException => true,
        _ => false,
    };

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
