using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Schemas;

namespace StreamBert.Tests.Streaming.Schemas;

/// <summary>Decoders for tests.</summary>
internal static class TestSchemas
{
    /// <summary>Has no registry.</summary>
    public static SchemaDecoder None { get; } = Of(null);

    public static SchemaDecoder Of(string? url) =>
        new(Options.Create(new SchemaRegistryOptions { Url = url }), new(), TimeProvider.System, NullLogger<SchemaDecoder>.Instance);
}
