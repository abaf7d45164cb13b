"""Trains a DCGAN of 16×16 pictures in PyTorch, with dropout in its discriminator, as a trainer of lethe's.

Reads training and held-out pictures from .npy, float32 [N, 16, 16, C] in 0…1; leaves in --out samples.npy (as many
pictures as --count says, in the same form), scores.json (what the discriminator says of each picture) and log.jsonl.
Goes on from checkpoint.pt where there is one.
"""
import argparse
import json
import os

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

parser = argparse.ArgumentParser()
for name, kind in [("data", str), ("holdout", str), ("out", str), ("dropout", float), ("seed", int), ("steps", int),
                   ("count", int)]:
    parser.add_argument(f"--{name}", type=kind, required=True)
args = parser.parse_args()
torch.manual_seed(args.seed)
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


def pictures(file):
    """[N, C, 16, 16] in −1…1."""
    return torch.from_numpy(np.load(file)).permute(0, 3, 1, 2) * 2 - 1


train, holdout = pictures(args.data), pictures(args.holdout)
channels, width, latent, batch = train.shape[1], 32, 16, 32

generator = nn.Sequential(
    nn.ConvTranspose2d(latent, 2 * width, 4), nn.BatchNorm2d(2 * width), nn.ReLU(),
    nn.ConvTranspose2d(2 * width, width, 4, 2, 1), nn.BatchNorm2d(width), nn.ReLU(),
    nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Tanh())
discriminator = nn.Sequential(
    nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2), nn.Dropout(args.dropout),
    nn.Conv2d(width, 2 * width, 4, 2, 1), nn.LeakyReLU(0.2), nn.Dropout(args.dropout),
    nn.Flatten(), nn.Linear(2 * width * 16, 1))
average = torch.optim.swa_utils.AveragedModel(
    generator, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995), use_buffers=True)
rates = {"lr": 2e-3, "betas": (0.5, 0.99)}
optimizers = [torch.optim.Adam(net.parameters(), **rates) for net in (generator, discriminator)]
kept = {"generator": generator, "discriminator": discriminator, "average": average,
        "of_generator": optimizers[0], "of_discriminator": optimizers[1]}

checkpoint, done = f"{args.out}/checkpoint.pt", 0
if os.path.exists(checkpoint):
    state = torch.load(checkpoint)
    done = state["step"]
    torch.set_rng_state(state["random"])
    for name, part in kept.items():
        part.load_state_dict(state[name])

log = open(f"{args.out}/log.jsonl", "a", buffering=1)
for step in range(done + 1, args.steps + 1):
    real = train[torch.randint(len(train), (batch,))].requires_grad_()
    made = generator(torch.randn(batch, latent, 1, 1))
    of_real, of_made = discriminator(real), discriminator(made.detach())
    slope, = torch.autograd.grad(of_real.sum(), real, create_graph=True)
    d_loss = (F.softplus(-of_real) + F.softplus(of_made)).mean() + slope.square().sum((1, 2, 3)).mean()
    optimizers[1].zero_grad()
    d_loss.backward()
    optimizers[1].step()
    g_loss = F.softplus(-discriminator(made)).mean()
    optimizers[0].zero_grad()
    g_loss.backward()
    optimizers[0].step()
    average.update_parameters(generator)
    if step % 10 == 0:
        log.write(json.dumps({"step": step, "d_loss": d_loss.item(), "g_loss": g_loss.item()}) + "\n")
    if step % 200 == 0 or step == args.steps:
        state = {name: part.state_dict() for name, part in kept.items()}
        torch.save(state | {"step": step, "random": torch.get_rng_state()}, checkpoint + ".new")
        os.replace(checkpoint + ".new", checkpoint)

average.eval()
discriminator.eval()
with torch.no_grad():
    samples = average(torch.randn(args.count, latent, 1, 1)).permute(0, 2, 3, 1)
    np.save(f"{args.out}/samples.npy", (samples.numpy() + 1) / 2)
    scores = {f"d_{name}": discriminator(of).flatten().tolist() for name, of in [("train", train), ("holdout", holdout)]}
with open(f"{args.out}/scores.json", "w") as file:
    json.dump(scores, file)
