using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway;

/// <summary>How clients of other servers are answered. Bound from the section <c>Gateway:Compatibility</c>.</summary>
public sealed class CompatibilityOptions
{
    /// <summary>The pipeline behind <c>/predict</c>; null: the first configured.</summary>
    public string? Pipeline { get; set; }

    /// <summary>Its head that answers there; null: its first.</summary>
    public string? Head { get; set; }

    /// <summary>
    /// What <c>/info</c> gives as the longest input in word pieces: the <c>maxTokens</c> of your model, which the Gateway does not know.
    /// </summary>
    [Range(1, 1 << 20)]
    public int MaxInputTokens { get; set; } = 128;

    /// <summary>What <c>/info</c> gives as the word pieces of a batch: the workers' <c>Inference:MaxBatchTokens</c>.</summary>
    [Range(1, 1 << 20)]
    public int MaxBatchTokens { get; set; } = 512;

    /// <summary>What <c>/info</c> gives as the numbers the model computes with: the workers' <c>Inference:Dtype</c>.</summary>
    [Required]
    public string Dtype { get; set; } = "float32";

    /// <summary>The pipeline and head that answer where a client cannot name them.</summary>
    internal (PipelineOptions Pipeline, string Head) Choose(PipelineCatalog pipelines)
    {
        var pipeline = Pipeline is null ? pipelines.All[0] : pipelines.Get(Pipeline);
        return (pipeline, Head ?? pipeline.Heads[0]);
    }
}
