using Microsoft.Extensions.Options;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway;

/// <summary>Rejects a pipeline or head that does not exist.</summary>
internal sealed class CompatibilityOptionsValidator(PipelineCatalog pipelines) : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var compatibility = options.Compatibility;
        if (compatibility.Pipeline is { } pipeline && pipelines.Find(pipeline) is null)
        {
            return ValidateOptionsResult.Fail(
                $"Gateway:Compatibility:Pipeline is '{pipeline}', which does not exist; the pipelines are "
                    + $"{string.Join(", ", pipelines.All.Select(static p => p.Name))}.");
        }
        var heads = compatibility.Resolve(pipelines).Pipeline.Heads;
        return compatibility.Head is { } head && !heads.Contains(head)
            ? ValidateOptionsResult.Fail($"Gateway:Compatibility:Head is '{head}'; the heads of the pipeline are "
                + $"{string.Join(", ", heads)}.")
            : ValidateOptionsResult.Success;
    }
}
