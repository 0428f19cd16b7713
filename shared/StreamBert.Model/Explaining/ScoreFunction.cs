using StreamBert.Model.Network;
using static TorchSharp.torch;

namespace StreamBert.Model.Explaining;

/// <summary>Computes a score for each text of a batch, such as the logit of a label.</summary>
/// <param name="wordEmbeddings">Replaces the word embeddings of the tokens, [tokens, hidden].</param>
/// <returns>[texts]</returns>
internal delegate Tensor ScoreFunction(Tensor wordEmbeddings, PackedBatch batch);
