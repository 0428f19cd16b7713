using System.ComponentModel.DataAnnotations;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway;

/// <summary>Configures the routes that are compatible with other servers. Bound from the section <c>Gateway:Compatibility</c>.</summary>
public sealed class CompatibilityOptions
{
    /// <summary>The pipeline of <c>/predict</c>; default the first one.</summary>
    public string? Pipeline { get; set; }

    /// <summary>The head of <c>/predict</c>; default the first one of the pipeline.</summary>
    public string? Head { get; set; }

    /// <summary>
    /// The maximum input length in tokens that <c>/info</c> reports; default 128. Set it to the <c>maxTokens</c> of your model.
    /// </summary>
    [Range(1, 1 << 20)]
    public int MaxInputTokens { get; set; } = 128;

    /// <summary>
    /// The maximum number of tokens of a batch that <c>/info</c> reports; default 512. Set it to the workers'
    /// <c>Inference:MaxBatchTokens</c>.
    /// </summary>
    [Range(1, 1 << 20)]
    public int MaxBatchTokens { get; set; } = 512;

    /// <summary>
    /// The data type of the model that <c>/info</c> reports; default <c>float32</c>. Set it to the workers' <c>Inference:Dtype</c>.
    /// </summary>
    [Required]
    public string Dtype { get; set; } = "float32";

    /// <summary>Gets the pipeline and the head for clients that cannot name them.</summary>
    internal (PipelineOptions Pipeline, string Head) Resolve(PipelineCatalog pipelines)
    {
        var pipeline = Pipeline is null ? pipelines.All[0] : pipelines.Get(Pipeline);
        return (pipeline, Head ?? pipeline.Heads[0]);
    }
}
