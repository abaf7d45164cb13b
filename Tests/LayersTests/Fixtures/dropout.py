"""Expected results of the dropout variants that learn: python3 dropout.py (PyTorch, float64).

The formulas are those of the papers' authors' code; random numbers are given, as `values("u")`
moved to (0, 1).
"""
import os

import torch

from fixture import save, values

FOLDER = os.path.dirname(os.path.abspath(__file__))


def uniform(shape):
    return (values("u", shape) * 0.999 + 1) / 2


def leaf(name, shape):
    return values(name, shape).requires_grad_()


def run(name, site, parameters, penalty_and_result):
    """Loss: the result times a cotangent through a linear layer, and a thousand times the penalty."""
    x = leaf("x", (3, 5))
    weight = leaf("net.output.linear.weight", (2, 5))
    learned = {key: leaf(f"{site}.{key}", shape) for key, shape in parameters.items()}
    penalty, y = penalty_and_result(x, weight, learned)
    result = y @ weight.T
    loss = (result * values("cotangent", (3, 2))).sum() + 1000 * penalty
    loss.backward()
    sources = {"x": x, "net.output.linear.weight": weight}
    sources |= {f"{site}.{key}": value for key, value in learned.items()}
    save(FOLDER, name, {"result": result, "penalty": penalty.reshape(1)}
         | {"grad/" + key: value.grad for key, value in sources.items()})


def concrete(x, weight, learned, temperature=0.1, weight_regularizer=1e-6, dropout_regularizer=1e-5):
    """As `ConcreteDropout` of github.com/yaringal/ConcreteDropout, without its ε of 1e-7."""
    p = torch.sigmoid(learned["concrete.logit"])[0]
    u = uniform(x.shape)
    drop = torch.log(p) - torch.log(1 - p) + torch.log(u) - torch.log(1 - u)
    y = x * (1 - torch.sigmoid(drop / temperature)) / (1 - p)
    entropy = p * torch.log(p) + (1 - p) * torch.log(1 - p)
    penalty = weight_regularizer * weight.square().sum() / (1 - p)
    return penalty + dropout_regularizer * x.shape[1] * entropy, y


def variational(x, weight, learned, kl_weight=1e-3):
    """The KL of Molchanov et al. 2017, eq. 14; noise on activations as in Kingma et al. 2015, §3."""
    log_alpha = learned["variational.log_alpha"]
    noise = torch.special.ndtri(uniform(x.shape))
    negative = (0.63576 * torch.sigmoid(1.87320 + 1.48695 * log_alpha)
                - 0.5 * torch.log1p(torch.exp(-log_alpha)) - 0.63576)
    return -kl_weight * negative.sum(), x * (1 + log_alpha.exp().sqrt() * noise)


def information(x, weight, learned, rate=0.4, cost=1e-3):
    """As github.com/ucla-vision/information-dropout with a 1×1 map and the bound 2·√(−ln q)."""
    bound = 2 * (-torch.log(torch.tensor(1 - rate, dtype=torch.float64))).sqrt()
    alpha = bound * torch.sigmoid(
        x @ learned["information.weight"].T + learned["information.bias"])
    noise = torch.special.ndtri(uniform(x.shape))
    return cost * -torch.log(alpha / bound).sum() / x.shape[0], x * torch.exp(alpha * noise)


SITE = "net.block1.post_act"
run("dropout-concrete", SITE, {"concrete.logit": (1,)}, concrete)
run("dropout-variational_gaussian", SITE, {"variational.log_alpha": (5,)}, variational)
run("dropout-information", SITE, {"information.weight": (5, 5), "information.bias": (5,)},
    information)
