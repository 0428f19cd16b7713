using Microsoft.Extensions.Options;

namespace StreamBert.Streaming.Schemas;

/// <summary>Rejects an invalid section when a service starts.</summary>
internal sealed class SchemaRegistryValidation : IValidateOptions<SchemaRegistryOptions>
{
    public ValidateOptionsResult Validate(string? name, SchemaRegistryOptions options) =>
        options.Validate() is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
}
