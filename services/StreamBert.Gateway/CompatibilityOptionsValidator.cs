using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway;

/// <summary>Refuses to start with a pipeline or head that there is not.</summary>
internal sealed class CompatibilityOptionsValidator(PipelineCatalog pipelines) : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var chosen = options.Compatibility;
        if (chosen.Pipeline is { } pipeline && pipelines.Find(pipeline) is null)
            return ValidateOptionsResult.Fail($"Gateway:Compatibility:Pipeline is '{pipeline}'; configured are {string.Join(", ", pipelines.All.Select(static known => known.Name))}.");
        var heads = chosen.Choose(pipelines).Pipeline.Heads;
        return chosen.Head is { } head && !heads.Contains(head)
            ? ValidateOptionsResult.Fail($"Gateway:Compatibility:Head is '{head}'; the pipeline has {string.Join(", ", heads)}.")
            : ValidateOptionsResult.Success;
    }
}
