using StreamBert.Model.Checkpoints;
using StreamBert.Model.Network;
using StreamBert.Model.Training.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Training.Pretraining;

/// <summary>
/// BERT's head for masked-language modelling: a dense layer, activation and layer norm, then the transposed word embeddings.
/// </summary>
internal sealed class MaskedLanguageModelHead : IDisposable
{
    private readonly Parameter _dense, _denseBias, _normWeight, _normBias, _outputBias;
    private readonly long _hidden;

    public MaskedLanguageModelHead(EncoderConfig config)
    {
        _hidden = config.HiddenSize;
        _dense = new Parameter(randn(_hidden, _hidden).mul_(ScalarConstants.InitializerRange));
        (_denseBias, _normWeight, _normBias) = (new Parameter(zeros(_hidden)), new Parameter(ones(_hidden)), new Parameter(zeros(_hidden)));
        _outputBias = new Parameter(zeros(config.VocabularySize));
    }

    /// <summary>The parameters under Hugging Face's names.</summary>
    public IEnumerable<TrainableParameter> Parameters =>
    [
        new("cls.predictions.transform.dense.weight", _dense), new("cls.predictions.transform.dense.bias", _denseBias),
        new("cls.predictions.transform.LayerNorm.weight", _normWeight), new("cls.predictions.transform.LayerNorm.bias", _normBias),
        new("cls.predictions.bias", _outputBias),
    ];

    /// <summary>Computes the logits of all tokens in the vocabulary: [positions, hidden] → [positions, vocabulary].</summary>
    /// <param name="type">The type in which the product with the word embeddings is computed.</param>
    public Tensor ComputeLogits(Tensor x, Tensor wordEmbeddings, ScalarType type)
    {
        var transformed = functional.gelu(functional.linear(x, _dense, _denseBias));
        var normalized = functional.layer_norm(transformed, [_hidden], _normWeight, _normBias, EncoderConfig.DefaultLayerNormEpsilon);
        var logits = functional.linear(normalized.to(type), wordEmbeddings.to(type)).to(ScalarType.Float32);
        return logits.add(_outputBias, ScalarConstants.One);
    }

    public void Dispose()
    {
        foreach (var parameter in Parameters) parameter.Value.Dispose();
    }
}
